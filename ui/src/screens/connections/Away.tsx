import type { AwayView } from "../../generated/AwayView";
import { useWords } from "../../i18n/useWords";
import styles from "./Away.module.css";
import { length, moment } from "./when";

const BECAME = {
  sent_late: "con.became_sent_late",
  held: "con.became_held",
  dropped: "con.became_dropped",
  alarmed: "con.became_alarmed",
  looked_up: "con.became_looked_up",
  nothing: "con.became_nothing",
} as const;

/** What was due while the console was away, and what became of each. */
export function Away({ view }: { view: AwayView }) {
  const { t, language } = useWords();
  return (
    <>
      <p className={styles.span}>
        {t(view.why === "asleep" ? "con.away_asleep" : "con.away_closed", {
          from: moment(view.from, language),
          until: moment(view.until, language),
          length: length(view.from, view.until),
        })}
      </p>
      <ul className={styles.away}>
        {view.items.map((item, n) => (
          <li key={n}>
            <time className={styles.due} dateTime={item.due ?? undefined}>
              {item.due ? moment(item.due, language) : ""}
            </time>
            <p>
              <b>{item.what}</b>
              {item.patient && (
                <span className={styles.under}>
                  {item.patient.name} · {t("list.mrn", { mrn: item.patient.mrn })}
                </span>
              )}
              {!item.patient && item.appointment_id && (
                <span className={styles.under}>{t("con.away_visit", { id: item.appointment_id })}</span>
              )}
            </p>
            <p className={styles.became} data-became={item.became}>
              {t(BECAME[item.became as keyof typeof BECAME] ?? BECAME.nothing)}
              {item.until && <span className={styles.under}>{moment(item.until, language)}</span>}
            </p>
          </li>
        ))}
      </ul>
      {view.more > 0 && <p className={styles.foot}>{t("con.away_more", { count: view.more })}</p>}
    </>
  );
}
