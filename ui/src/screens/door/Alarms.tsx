import type { DoorAlarm } from "../../generated/DoorAlarm";
import { useWords } from "../../i18n/useWords";
import { Shape } from "../../parts/shapes";
import { Age } from "../../parts/Times";
import styles from "./Door.module.css";

/** What alarms, for whoever passes: severity, vital, age and case id only. */
export function Alarms({ alarms }: { alarms: DoorAlarm[] }) {
  const { t, word } = useWords();
  return (
    <section className={styles.alarms} aria-live="polite">
      <h2>{t("door.alarms")}</h2>
      {alarms.length === 0 && <p className={styles.words}>{t("door.no_alarms")}</p>}
      <ul>
        {alarms.map((alarm) => {
          const severity = alarm.severity === "critical" ? "critical" : "abnormal";
          return (
            <li key={`${alarm.case}${alarm.vital}${alarm.since}`} data-severity={severity}>
              <Shape severity={severity} alarming size={18} />
              <span className={styles.what}>
                <b>{t(`severity.${severity}`)}</b>
                <span>{alarm.vital ? word("vital", alarm.vital) : t("door.task")}</span>
                {alarm.case && <span>{t("door.case", { case: alarm.case })}</span>}
              </span>
              <Age at={alarm.since} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
