// The decisions from top to bottom, each with its branches; the branch of this step is marked, those before it are filled.

import { IconCheck } from "@tabler/icons-react";
import type { RunbookDecision } from "../../generated/RunbookDecision";
import type { RunbookStep } from "../../generated/RunbookStep";
import { useWords } from "../../i18n/useWords";
import styles from "./Runbook.module.css";

type Place = "now" | "taken" | "later" | "never";

interface Props {
  decisions: RunbookDecision[];
  steps: RunbookStep[];
  at: number;
  /** Goes to the step that took a branch. */
  onChoose: (step: number) => void;
}

export function Path({ decisions, steps, at, onChoose }: Props) {
  const { t } = useWords();
  const stepsOf = (decision: string, branch: string) =>
    steps.flatMap((step, i) =>
      step.taken.some((one) => one.decision === decision && one.branch === branch) ? [i] : [],
    );
  const placeOf = (taken: number[]): Place =>
    taken.includes(at) ? "now" : taken.some((i) => i < at) ? "taken" : taken.length > 0 ? "later" : "never";
  return (
    <ol className={styles.tree} aria-label={t("runbook.path")}>
      {decisions.map((decision) => {
        const branches = decision.branches.map((branch) => {
          const taken = stepsOf(decision.id, branch.id);
          return { ...branch, taken, place: placeOf(taken) };
        });
        const reached = branches.some((b) => b.place === "now" || b.place === "taken");
        const now = branches.some((b) => b.place === "now");
        const ever = branches.some((b) => b.place !== "never");
        return (
          <li
            key={decision.id}
            className={styles.decision}
            data-reached={reached || undefined}
            data-now={now || undefined}
            data-ever={ever || undefined}
          >
            <p>{decision.question}</p>
            <ul>
              {branches.map((branch) => (
                <li key={branch.id}>
                  {branch.place === "never" ? (
                    <span className={styles.branch} data-place="never">
                      {branch.words}
                    </span>
                  ) : (
                    <button
                      type="button"
                      className={styles.branch}
                      data-place={branch.place}
                      aria-current={branch.place === "now" ? "step" : undefined}
                      onClick={() =>
                        onChoose(branch.taken.filter((i) => i <= at).at(-1) ?? branch.taken[0] ?? 0)
                      }
                    >
                      {branch.place !== "later" && <IconCheck size={13} stroke={2.4} aria-hidden="true" />}
                      {branch.words}
                      <span className="visually-hidden">{t(`runbook.place_${branch.place}`)}</span>
                    </button>
                  )}
                </li>
              ))}
            </ul>
          </li>
        );
      })}
    </ol>
  );
}
