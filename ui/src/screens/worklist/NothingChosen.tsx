import type { Lamp } from "../../generated/Lamp";
import { useWords } from "../../i18n/useWords";
import { Key } from "../../parts/Button";
import { LampRail } from "../../parts/LampRail";
import { Shape } from "../../parts/shapes";
import styles from "./NothingChosen.module.css";

const STATES = ["done", "running", "to_come", "late", "impossible"] as const;
const WHICH = ["received", "judged", "patient", "clinician", "charted"] as const;

/** Before a row is chosen the panel explains the signs of the list. */
export function NothingChosen() {
  const { t } = useWords();
  const start = new Date().toISOString();
  return (
    <div className={styles.quiet}>
      <h2>{t("panel.nothing_title")}</h2>
      <p>{t("panel.nothing_words")}</p>
      <h3>{t("help.shapes")}</h3>
      <ul>
        {(["critical", "abnormal", "info"] as const).map((severity) => (
          <li key={severity}>
            <Shape severity={severity} alarming />
            {t(`severity.${severity}`)}
          </li>
        ))}
      </ul>
      <h3>{t("help.lamps")}</h3>
      <ul>
        {WHICH.map((which, index) => {
          const state = STATES[index] ?? "done";
          const lamp: Lamp = { which, state, at: null, due: null, why: null };
          return (
            <li key={which}>
              <LampRail lamps={[lamp]} openedAt={start} />
              {t(`lamp.${which}`)}
              <span>{t(`lamp.${state}`)}</span>
            </li>
          );
        })}
      </ul>
      <p className={styles.keys}>
        <Key>J</Key> <Key>K</Key> {t("help.move")}
        <br />
        <Key>?</Key> {t("nav.help")}
      </p>
    </div>
  );
}
