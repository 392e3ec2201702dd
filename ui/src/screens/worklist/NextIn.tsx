import type { NextTimer } from "../../generated/NextTimer";
import { useWords } from "../../i18n/useWords";
import { useNow } from "../../state/clock";
import { countdown, exact } from "../../words/time";
import styles from "./Row.module.css";

const KNOWN = ["page", "text", "ack_due", "lease", "shelf", "review", "backup", "retry"] as const;
export type TimerKind = (typeof KNOWN)[number] | "other";

export function timerKind(what: string): TimerKind {
  return KNOWN.find((kind) => kind === what) ?? "other";
}

/** "pages in 4:12": what happens by itself, counting down where it stands. */
export function NextIn({ next }: { next: NextTimer }) {
  const { t, language } = useWords();
  const now = useNow();
  const kind = timerKind(next.what);
  const left = Date.parse(next.due) - now;
  const over = left <= 0;
  return (
    <span
      className={styles.next}
      data-over={(over && (kind === "ack_due" || kind === "review")) || undefined}
      title={exact(next.due, language, now)}
    >
      {over
        ? t(`timer.${kind}_now`, { left: countdown(-left) })
        : t(`timer.${kind}`, { left: countdown(left) })}
    </span>
  );
}
