// The unsaved cells, kept while one looks at another screen; leaving the console with some of them asks first.

import { useSyncExternalStore } from "react";
import { EMPTY, type Sheet } from "./edits";

let sheet: Sheet = EMPTY;
const listeners = new Set<() => void>();

function ask(event: BeforeUnloadEvent) {
  event.preventDefault();
}

export function changeSheet(change: (before: Sheet) => Sheet): void {
  const after = change(sheet);
  if (after === sheet) return;
  sheet = after;
  if (sheet.edits.size > 0) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
  for (const listener of listeners) listener();
}

export function useSheet(): Sheet {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => sheet,
  );
}
