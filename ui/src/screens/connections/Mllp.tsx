import type { MllpView } from "../../generated/MllpView";
import { useWords } from "../../i18n/useWords";
import { Nothing } from "../../parts/States";
import { Age } from "../../parts/Times";
import styles from "./Connections.module.css";

/** Where HL7 is taken, when the last message came and what its sender was answered. */
export function Mllp({ view }: { view: MllpView | null }) {
  const { t, language } = useWords();
  if (!view) return <Nothing>{t("con.mllp_none")}</Nothing>;
  return (
    <dl className={styles.pairs}>
      <div>
        <dt>{t("con.mllp_address")}</dt>
        <dd>{view.address}</dd>
      </div>
      <div>
        <dt>{t("con.today")}</dt>
        <dd>
          {t("con.received", { number: view.received_today.toLocaleString(language) })}
          {view.refused_today > 0 &&
            ` · ${t("con.refused_n", { number: view.refused_today.toLocaleString(language) })}`}
        </dd>
      </div>
      <div>
        <dt>{t("con.mllp_last")}</dt>
        <dd>{view.last_at ? <Age at={view.last_at} /> : t("con.mllp_silent")}</dd>
      </div>
      {view.last_answer && (
        <div>
          <dt>{t("con.mllp_answer")}</dt>
          <dd>
            {view.last_answer}
            {view.last_why && ` · ${view.last_why}`}
          </dd>
        </div>
      )}
    </dl>
  );
}
