// What can be done with a row: each act has one letter, and the row says which letters work now.

import type { WorklistRow } from "../../generated/WorklistRow";
import { asUserError, call } from "../../host";
import { sayDone, sayError } from "../../state/toasts";
import { refresh } from "../../state/worklist";
import type { Opinion } from "../shadow/opinions";

export const DISPOSITIONS = ["acted", "watched", "false_alarm", "wrong_limit", "device"] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** A dialog to open for an act that needs words. */
export type Asking =
  | { what: "shelve" | "text" | "page" | "call" | "note" }
  | { what: "close" | "complete"; disposition: Disposition | null }
  | { what: "judge"; opinion: Opinion };

export function allows(row: WorklistRow, letter: string): boolean {
  if (row.allowed.includes(letter)) return true;
  // Dispositions may come as a range.
  return /^[1-5]$/.test(letter) && row.allowed.includes("1-5");
}

export function mayClose(row: WorklistRow): boolean {
  return DISPOSITIONS.some((_, index) => allows(row, String(index + 1)));
}

/** A closed episode whose record still misses the person's minutes or note. */
export function isIncomplete(row: WorklistRow): boolean {
  return row.state === "closed" && mayClose(row);
}

async function doIt(act: Promise<{ said: string; undo: { token: string; until: string } | null }>) {
  try {
    sayDone(await act);
  } catch (thrown) {
    sayError(asUserError(thrown));
  }
  refresh();
}

export const acknowledge = (row: WorklistRow) => doIt(call("acknowledge", { id: row.id }));
export const claim = (row: WorklistRow) => doIt(call("claim", { id: row.id }));
export const judge = (row: WorklistRow, opinion: Opinion) =>
  doIt(call("judge", { id: row.id, opinion, why: "", acted_at: null }));
export const unshelve = (row: WorklistRow) => doIt(call("unshelve", { id: row.id }));

/** The act behind a letter: done at once, or a dialog to open; null when the row does not allow it. */
export function press(letter: string, row: WorklistRow): Asking | "done" | null {
  if (!allows(row, letter)) return null;
  switch (letter) {
    case "A":
      void acknowledge(row);
      return "done";
    case "C":
      void claim(row);
      return "done";
    case "U":
      void unshelve(row);
      return "done";
    case "S":
      if (row.shelf) {
        void unshelve(row);
        return "done";
      }
      return { what: "shelve" };
    case "T":
      return { what: "text" };
    case "P":
      return { what: "page" };
    case "N":
      return { what: "note" };
    case "L":
      return { what: "call" };
    case "Y":
      void judge(row, "agree");
      return "done";
    case "X":
      void judge(row, "not_needed");
      return "done";
    case "D":
      return { what: "judge", opinion: "disagree" };
    default: {
      const disposition = DISPOSITIONS[Number(letter) - 1] ?? null;
      return { what: isIncomplete(row) ? "complete" : "close", disposition };
    }
  }
}

/** The one act to offer first. */
export type First = "acknowledge" | "claim" | "complete" | "close" | "unshelve" | null;

export function firstAct(row: WorklistRow): First {
  if (isIncomplete(row)) return "complete";
  if (row.shelf && allows(row, "S")) return "unshelve";
  if (row.unacknowledged && allows(row, "A")) return "acknowledge";
  if (!row.holder?.claimed && allows(row, "C")) return "claim";
  if (mayClose(row)) return "close";
  return null;
}
