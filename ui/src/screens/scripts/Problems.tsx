// What there is to say about a draft, each with what happens, what to do, and a way to it.

import type { ScriptProblem } from "../../generated/ScriptProblem";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Shape } from "../../parts/shapes";
import styles from "./Scripts.module.css";

const SEVERITY = { stop: "critical", warn: "abnormal", note: "info" } as const;

interface Props {
  problems: ScriptProblem[];
  text: string;
  mayChange: boolean;
  /** Marks a stretch of the text. */
  onShow: (from: number, to: number) => void;
  onReplace: (text: string, from: number, to: number) => void;
}

export function Problems({ problems, text, mayChange, onShow, onReplace }: Props) {
  const { t } = useWords();
  if (problems.length === 0) return <p className={styles.quiet}>{t("scripts.sound")}</p>;
  return (
    <ul className={styles.problems} aria-label={t("scripts.problems")} aria-live="polite">
      {problems.map((problem) => {
        const level = problem.level as keyof typeof SEVERITY;
        const [from, to] = stretch(text, problem.at, problem.length);
        const instead = problem.instead;
        return (
          <li key={`${problem.code} ${problem.at}`} data-level={level}>
            <Shape severity={SEVERITY[level]} alarming={level !== "note"} size={14} />
            <div>
              <p>
                <b>{t(`scripts.level_${level}`)}</b> {problem.said}
              </p>
              <p className={styles.toDo}>{problem.to_do}</p>
            </div>
            {problem.length > 0 && (
              <span className={styles.acts}>
                <Button size="small" tone="quiet" onPress={() => onShow(from, to)}>
                  {t("scripts.show")}
                </Button>
                {mayChange && instead && (
                  <Button
                    size="small"
                    onPress={() =>
                      onReplace(text.slice(0, from) + instead + text.slice(to), from, from + instead.length)
                    }
                  >
                    {t("scripts.replace", { instead })}
                  </Button>
                )}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The engine counts characters, the field counts UTF-16 units. */
function stretch(text: string, at: number, length: number): [number, number] {
  const characters = Array.from(text);
  const from = characters.slice(0, at).join("").length;
  return [from, from + characters.slice(at, at + length).join("").length];
}
