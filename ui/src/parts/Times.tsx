// Times that tick in place: same width every second, exact on hover and to a screen reader.

import { useWords } from "../i18n/useWords";
import { useNow } from "../state/clock";
import { useLink } from "../state/queries";
import { age, countdown, exact } from "../words/time";
import styles from "./Times.module.css";

/** "4 min": how long ago, with the exact time as its title; struck through while nothing fresh can arrive. */
export function Age({ at, short = false }: { at: string; short?: boolean }) {
  const { t, language } = useWords();
  const now = useNow();
  const lost = useLink().state === "lost";
  const said = age(now - Date.parse(at), t("time.now"));
  const shown = short ? said.replace(/^(\d+ h) .*$/, "$1") : said;
  return (
    <time
      className={styles.time}
      data-stale={lost || undefined}
      dateTime={at}
      title={exact(at, language, now)}
    >
      {shown}
    </time>
  );
}

/** "4:12": how long until, ticking without moving what is beside it. */
export function Left({ until }: { until: string | number }) {
  const { language } = useWords();
  const now = useNow();
  const due = typeof until === "number" ? until : Date.parse(until);
  return (
    <time className={styles.time} dateTime={new Date(due).toISOString()} title={exact(due, language, now)}>
      {countdown(due - now)}
    </time>
  );
}
