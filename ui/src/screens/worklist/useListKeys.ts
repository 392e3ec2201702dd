import { useEffect, useRef } from "react";
import { keysAreTaken } from "../../frame/useFrameKeys";
import { undoLatest } from "../../state/toasts";

interface Keys {
  /** The list itself: only there do the arrows and Enter belong to it. */
  grid: string;
  ids: readonly string[];
  chosen: string | null;
  choose: (id: string) => void;
  touch: () => void;
  reveal: () => void;
  open: () => void;
  back: () => void;
  find: () => void;
  /** A letter or digit that acts on the chosen row. */
  act: (letter: string) => void;
}

const PAGE = 10;

/** The keys of a list with a panel beside it, from anywhere on it but a field or a dialog. */
export function useListKeys(keys: Keys): void {
  const now = useRef(keys);
  now.current = keys;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey && !event.shiftKey && event.key === "z" && !keysAreTaken(event, true)) {
        event.preventDefault();
        void undoLatest();
        return;
      }
      if (keysAreTaken(event)) return;
      const { grid, ids, chosen, choose, touch, reveal, open, back, find, act } = now.current;
      const inGrid = (event.target as HTMLElement | null)?.id === grid;
      const at = chosen === null ? -1 : ids.indexOf(chosen);
      const step = (to: number) => {
        const id = ids[Math.min(ids.length - 1, Math.max(0, to))];
        if (id) choose(id);
      };
      const done = () => {
        event.preventDefault();
        touch();
      };
      if (event.shiftKey && event.key.toLowerCase() === "n") {
        reveal();
        event.preventDefault();
        return;
      }
      switch (event.key) {
        case "j":
        case "J":
          step(at + 1);
          return done();
        case "k":
        case "K":
          step(at < 0 ? 0 : at - 1);
          return done();
        case "/":
          find();
          return event.preventDefault();
        case "Escape":
          back();
          return done();
        case "u":
        case "U":
          // U also takes a row off its shelf; an act that can still be undone comes first.
          void undoLatest().then((undone) => {
            if (!undone) act("U");
          });
          return done();
      }
      if (inGrid) {
        const to = {
          ArrowDown: at + 1,
          ArrowUp: at < 0 ? 0 : at - 1,
          PageDown: at + PAGE,
          PageUp: at - PAGE,
          Home: 0,
          End: ids.length - 1,
        }[event.key];
        if (to !== undefined) {
          step(to);
          return done();
        }
        if (event.key === "Enter") {
          open();
          return done();
        }
      }
      // A button that has the focus keeps its own Enter and Space; letters act on the chosen row.
      if (!event.repeat && !event.shiftKey && /^[acstpnlydx1-5]$/i.test(event.key)) {
        act(event.key.toUpperCase());
        done();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}
