// What this desk prefers: appearance and language. Kept on the desk, never sent anywhere.

import { useSyncExternalStore } from "react";
import { type Language, speak } from "../i18n";

export const THEMES = ["system", "dark", "light", "contrast"] as const;
export type Theme = (typeof THEMES)[number];

interface Preferences {
  theme: Theme;
  language: Language;
}

const KEY = "careloop.preferences";

function read(): Preferences {
  const fallback: Preferences = {
    theme: "system",
    language: navigator.language.toLowerCase().startsWith("es") ? "es" : "en",
  };
  try {
    return { ...fallback, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return fallback;
  }
}

let current = read();
const listeners = new Set<() => void>();

export function preferences(): Preferences {
  return current;
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A desk without storage keeps the choice until it is closed.
  }
  wear();
  if (change.language) {
    speak(change.language);
    for (const listener of spoken) listener();
  }
  for (const listener of listeners) listener();
}

/** Puts the theme on the document; `system` follows the system's own settings. */
export function wear(): void {
  document.documentElement.dataset.theme = current.theme;
}

const spoken = new Set<() => void>();

/** Called when the language changes: what the engine narrated must be asked again. */
export function onLanguage(listener: () => void): void {
  spoken.add(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
