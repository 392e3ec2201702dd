// Who is at the desk: asked once, again when the door shuts, and kept alive while somebody does something.

import { useQuery } from "@tanstack/react-query";
import type { DoorView } from "../generated/DoorView";
import type { Entered } from "../generated/Entered";
import { call, host, onDoorShut } from "../host";
import { learnNow } from "./clock";
import { queries } from "./queries";
import { refresh } from "./worklist";

/** At most so often does the screen say that somebody is there. */
const PRESENT_EVERY_MS = 30_000;
/** A shut door shows what alarms, and how old it is. */
const LOOK_EVERY_MS = 5_000;

export function useDoor() {
  return useQuery<DoorView>({
    queryKey: ["door"],
    queryFn: async () => {
      const door = await call("door", {});
      learnNow(door.now);
      return door;
    },
    refetchInterval: ({ state }) => (state.data && state.data.state !== "open" ? LOOK_EVERY_MS : false),
  });
}

/** Somebody came in. */
export function enter(entered: Entered): void {
  host().signIn.session = entered.session;
  again();
}

/** Everything is asked again: who asks has changed. */
export function again(): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "door" });
  void queries.invalidateQueries({ queryKey: ["door"] });
  refresh(true);
}

export async function leave(): Promise<void> {
  await call("sign_out", {}).catch(() => undefined);
  host().signIn.session = "";
  again();
}

export async function lockDesk(): Promise<void> {
  await call("lock", {}).catch(() => undefined);
  void queries.invalidateQueries({ queryKey: ["door"] });
}

/** Follows keys and pointer, so that a desk in use does not lock. */
export function watchTheDoor(): void {
  let said = 0;
  const somebody = () => {
    if (!host().signIn.session || Date.now() - said < PRESENT_EVERY_MS) return;
    said = Date.now();
    void call("present", {}).catch(() => undefined);
  };
  for (const kind of ["keydown", "pointerdown", "wheel"]) {
    window.addEventListener(kind, somebody, { capture: true, passive: true });
  }
  onDoorShut(() => void queries.invalidateQueries({ queryKey: ["door"] }));
}
