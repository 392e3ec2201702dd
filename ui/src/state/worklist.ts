// Keeps the worklist in step with the engine: a hint arrives, what changed is asked for, at most ten times a second.

import { useSyncExternalStore } from "react";
import type { UserError } from "../generated/UserError";
import { asUserError, call } from "../host";
import { learnNow } from "./clock";
import { type Held, merge, NOTHING_HELD } from "./merge";

const COALESCE_MS = 100;
const RETRY_MS = 2_000;

export interface WorklistState {
  held: Held;
  /** False until the first whole answer. */
  loaded: boolean;
  error: UserError | null;
}

let state: WorklistState = { held: NOTHING_HELD, loaded: false, error: null };
const listeners = new Set<() => void>();
let closed = false;
let everything = true;
let wanted = false;
let asking = false;
let timer: number | undefined;

function become(next: WorklistState) {
  state = next;
  for (const listener of listeners) listener();
}

async function ask() {
  timer = undefined;
  if (asking) {
    wanted = true;
    return;
  }
  asking = true;
  wanted = false;
  const whole = everything;
  everything = false;
  try {
    const view = await call("worklist", { since: whole ? 0 : state.held.seq, closed });
    learnNow(view.now);
    become({ held: merge(state.held, whole ? { ...view, whole: true } : view), loaded: true, error: null });
  } catch (thrown) {
    everything = everything || whole;
    become({ ...state, error: asUserError(thrown) });
    window.setTimeout(() => refresh(), RETRY_MS);
  } finally {
    asking = false;
    if (wanted) refresh();
  }
}

/** Asks for what changed, soon; many hints make one question. */
export function refresh(whole = false): void {
  everything = everything || whole;
  if (asking) {
    wanted = true;
    return;
  }
  if (timer === undefined) timer = window.setTimeout(() => void ask(), whole ? 0 : COALESCE_MS);
}

/** Shows the rows closed in the last day too, or not. */
export function showClosed(show: boolean): void {
  if (closed === show) return;
  closed = show;
  refresh(true);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useWorklist(): WorklistState {
  return useSyncExternalStore(subscribe, () => state);
}

/** One row as held now, for those who must not draw again at every change of the list. */
export function rowNow(id: string) {
  return state.held.rows.get(id);
}
