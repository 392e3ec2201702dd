import type { PlannedText } from "../../generated/PlannedText";
import { useWords } from "../../i18n/useWords";
import { useNow } from "../../state/clock";
import styles from "./VisitPanel.module.css";

/** The reminders on a small line of time that ends at the visit, and each in words. */
export function PlanLine({ plan, visit }: { plan: PlannedText[]; visit: string }) {
  const { t, word } = useWords();
  const now = useNow();
  const end = Date.parse(visit);
  const start = Math.min(end - 1, now, ...plan.map((one) => Date.parse(one.due)));
  const span = Math.max(end, now) - start;
  const place = (at: number) => `${2 + (96 * (at - start)) / span}%`;
  return (
    <>
      <svg className={styles.line} width="100%" height="28" aria-hidden="true" focusable="false">
        <line x1="2%" x2="98%" y1="14" y2="14" />
        <line data-now x1={place(now)} x2={place(now)} y1="4" y2="24" />
        {plan.map((one) => {
          const due = Date.parse(one.due);
          const goes = one.goes ? Date.parse(one.goes) : due;
          return (
            <g key={one.which} data-state={one.state}>
              {one.state === "held" && <line data-held x1={place(due)} x2={place(goes)} y1="14" y2="14" />}
              <circle cx={place(goes)} cy="14" r="5" />
            </g>
          );
        })}
        <line data-visit x1={place(end)} x2={place(end)} y1="6" y2="22" />
      </svg>
      <ul className={styles.plan}>
        {plan.map((one) => (
          <li key={one.which} data-state={one.state}>
            <b>{word("planned", one.which)}</b>
            <span className={styles.faint}>{word("planned", one.state)}</span>
            <p>{one.sentence}</p>
          </li>
        ))}
      </ul>
      <p className="visually-hidden">{t("visits.visit_mark")}</p>
    </>
  );
}
