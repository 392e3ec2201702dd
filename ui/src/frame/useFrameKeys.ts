import { useEffect, useRef } from "react";
import { goTo, SCREEN_KEYS, SCREENS } from "../state/route";

/** True while keys belong to a field or to something open over the screen. */
export function keysAreTaken(event: KeyboardEvent, withControl = false): boolean {
  if (event.defaultPrevented || event.metaKey || event.altKey || event.isComposing) return true;
  if (event.ctrlKey && !withControl) return true;
  const target = event.target;
  if (
    target instanceof Element &&
    target.closest(
      "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true], [role=listbox], [role=menu]",
    )
  )
    return true;
  return document.querySelector("[role=dialog], [role=alertdialog], [role=listbox], [role=menu]") !== null;
}

/** Keys that work on every screen: ? for help, g then the letter of a screen to change screens. */
export function useFrameKeys(openHelp: () => void): void {
  const open = useRef(openHelp);
  open.current = openHelp;
  useEffect(() => {
    let leader = 0;
    const onKey = (event: KeyboardEvent) => {
      if (keysAreTaken(event)) return;
      if (event.key === "?") {
        event.preventDefault();
        open.current();
        return;
      }
      const key = event.key.toLowerCase();
      if (Date.now() - leader < 1_200) {
        leader = 0;
        const screen = SCREENS.find((one) => SCREEN_KEYS[one] === key);
        if (screen) {
          event.preventDefault();
          event.stopImmediatePropagation();
          goTo(screen);
        }
        return;
      }
      if (key === "g") leader = Date.now();
    };
    // Capture, so that the second letter of a screen change never reaches a row.
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, []);
}
