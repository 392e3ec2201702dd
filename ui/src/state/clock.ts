// The engine's clock as the screen knows it, and one shared tick: every countdown changes in the same frame.

import { useSyncExternalStore } from "react";

let offset = 0;
let known = false;

/** Learns the engine's clock from a view's `now`. Small differences are travel time and are left alone. */
export function learnNow(at: string): void {
  const measured = Date.parse(at) - Date.now();
  if (!known || Math.abs(measured - offset) > 750) {
    offset = measured;
    known = true;
  }
}

/** The engine's now, in milliseconds. */
export function engineNow(): number {
  return Date.now() + offset;
}

const listeners = new Set<() => void>();
let second = Math.floor(engineNow() / 1_000) * 1_000;
let timer: number | undefined;

function tick() {
  second = Math.floor(engineNow() / 1_000) * 1_000;
  for (const listener of listeners) listener();
  timer = window.setTimeout(tick, 1_000 - (engineNow() % 1_000) + 5);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  if (timer === undefined) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      window.clearTimeout(timer);
      timer = undefined;
    }
  };
}

/** The engine's now, once a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => second);
}
