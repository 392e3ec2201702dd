// Who changed which limit, when, why and on whose order.

import type { LimitChangeView } from "../../generated/LimitChangeView";
import type { LimitColumn } from "../../generated/LimitColumn";
import { useWords } from "../../i18n/useWords";
import { Nothing } from "../../parts/States";
import { dayName, exact } from "../../words/time";
import styles from "./PatientView.module.css";

/** "default -> 150 by Noa Field on Mar 5, ordered by Dr. Kim: home readings run high". */
export function useChangeWords() {
  const { t, language } = useWords();
  return (change: LimitChangeView): string => {
    const parts = [
      t("patients.changed", {
        old: change.old ?? t("patients.default"),
        new: change.new ?? t("patients.default"),
        by: change.by,
        day: dayName(change.at, language),
      }),
      change.ordered_by && t("patients.ordered_by_words", { name: change.ordered_by }),
      change.why && t("patients.because", { why: change.why }),
      change.review_on && t("patients.review_on_words", { day: change.review_on }),
    ];
    return `${parts.filter(Boolean).join(", ")}.`;
  };
}

export function History({ changes, columns }: { changes: LimitChangeView[]; columns: LimitColumn[] }) {
  const { t, word, language } = useWords();
  if (changes.length === 0) return <Nothing>{t("patients.history_none")}</Nothing>;
  return (
    <div className={styles.wide}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>{t("patients.when")}</th>
            <th>{t("patients.limit")}</th>
            <th>{t("patients.from_to")}</th>
            <th>{t("patients.who")}</th>
            <th>{t("patients.why")}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change, i) => (
            <tr key={`${change.at}${change.limit}${i}`}>
              <td>
                <time dateTime={change.at}>{exact(change.at, language)}</time>
              </td>
              <td>{word("limit", change.limit)}</td>
              <td className={styles.figure}>
                {change.old ?? t("patients.default")} → <b>{change.new ?? t("patients.default")}</b>{" "}
                <i>{columns.find((one) => one.name === change.limit)?.unit}</i>
              </td>
              <td>
                {change.by}
                {change.ordered_by && (
                  <small>{t("patients.ordered_by_words", { name: change.ordered_by })}</small>
                )}
              </td>
              <td>
                {change.why ?? ""}
                {change.review_on && (
                  <small>{t("patients.review_on_words", { day: change.review_on })}</small>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
