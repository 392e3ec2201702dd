// What a text costs: a bar a segment, filled as far as it is used, and what the last place costs.

import type { ScriptCost } from "../../generated/ScriptCost";
import { useWords } from "../../i18n/useWords";
import styles from "./Scripts.module.css";

/** So few places in the last segment are worth a word. */
const WORTH_SAVING = 20;
const MOST_BARS = 10;

export function Meter({ cost }: { cost: ScriptCost }) {
  const { t } = useWords();
  const bars = Math.min(cost.segments, MOST_BARS);
  return (
    <div className={styles.meter} data-testid="meter">
      <div className={styles.bars} aria-hidden="true">
        {Array.from({ length: bars }, (_, index) => (
          <span key={index} className={styles.bar}>
            <span style={{ width: `${index === bars - 1 ? (cost.last / cost.room) * 100 : 100}%` }} />
          </span>
        ))}
      </div>
      <p role="status">
        <b>{t("scripts.segments", { count: cost.segments })}</b>
        <span>{t("scripts.characters", { count: cost.characters })}</span>
        <span>{cost.encoding}</span>
        <span>{t("scripts.left", { count: cost.left })}</span>
      </p>
      {cost.segments > 1 && cost.last <= WORTH_SAVING && <p>{t("scripts.last", { count: cost.last })}</p>}
    </div>
  );
}
