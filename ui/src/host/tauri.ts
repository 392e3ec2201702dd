// The window's host. The only file that may import @tauri-apps.

import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Commands } from "../generated/Commands";
import type { Notice } from "../generated/Notice";
import { asUserError, type Heard, type Host, HostError, Listeners, Sequence, SignIn } from "./host";

export function tauriHost(): Host {
  const notices = new Listeners<Heard>();
  const sequence = new Sequence();

  void listen<Notice>("notice", (event) => {
    const notice = event.payload;
    if (sequence.follows(notice.seq)) notices.tell({ missed: false, notice });
    else notices.tell({ missed: true });
  });

  // In memory only: closing the window's page signs out.
  const signIn = new SignIn(null);

  return {
    signIn,
    async call<K extends keyof Commands>(name: K, args: Commands[K]["args"]) {
      try {
        return await invoke<Commands[K]["reply"]>("call", { name, args, session: signIn.session });
      } catch (thrown) {
        throw new HostError(asUserError(thrown));
      }
    },
    onNotice: (listener) => notices.add(listener),
    // The engine lives in the same process: while the window shows, it is there.
    onLink: (listener) => {
      listener({ state: "connected" });
      return () => undefined;
    },
  };
}
