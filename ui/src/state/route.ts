// So few screens need no router: the hash names the screen and what is chosen on it (a row, an appointment, a part).

import { useSyncExternalStore } from "react";

export const SCREENS = [
  "worklist",
  "visits",
  "patients",
  "messages",
  "checkins",
  "runbook",
  "shadow",
  "minutes",
  "measures",
  "audit",
  "connections",
  "scripts",
  "people",
  "settings",
  "simulator",
] as const;
export type Screen = (typeof SCREENS)[number];

/** Where the rail has a gap: the day's work, looking back, setting up. */
export const PARTS_BEGIN: readonly Screen[] = ["runbook", "connections"];

/** After g, this letter goes there. */
export const SCREEN_KEYS: Record<Screen, string> = {
  worklist: "w",
  visits: "v",
  patients: "l",
  simulator: "s",
  messages: "m",
  connections: "c",
  people: "p",
  audit: "a",
  checkins: "k",
  scripts: "t",
  shadow: "h",
  settings: "o",
  minutes: "i",
  measures: "e",
  runbook: "r",
};

export interface Route {
  screen: Screen;
  row: string | null;
}

function parse(hash: string): Route {
  const [, screen, row] = /^#\/([a-z]+)(?:\/([^/]+))?/.exec(hash) ?? [];
  const known = SCREENS.find((s) => s === screen) ?? "worklist";
  return { screen: known, row: row ? decodeURIComponent(row) : null };
}

let current = parse(window.location.hash);
const listeners = new Set<() => void>();

window.addEventListener("hashchange", () => {
  current = parse(window.location.hash);
  for (const listener of listeners) listener();
});

export function useRoute(): Route {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

export function hrefOf(screen: Screen, row?: string): string {
  return row ? `#/${screen}/${encodeURIComponent(row)}` : `#/${screen}`;
}

export function goTo(screen: Screen, row?: string): void {
  window.location.hash = hrefOf(screen, row);
}
