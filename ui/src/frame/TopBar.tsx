import { IconKeyboard } from "@tabler/icons-react";
import { Button } from "react-aria-components";
import type { FrameView } from "../generated/FrameView";
import { useWords } from "../i18n/useWords";
import { Shape } from "../parts/shapes";
import { useWorklist } from "../state/worklist";
import { Choices } from "./Choices";
import styles from "./Frame.module.css";
import { Sound } from "./Sound";
import { Who } from "./Who";

/** The name, the mode in words, the counts by severity, the sound and who is at the desk. */
export function TopBar({ frame, onHelp }: { frame: FrameView | undefined; onHelp: () => void }) {
  const { t, word } = useWords();
  const { held, loaded } = useWorklist();
  const counts = loaded ? held.counts : frame?.counts;
  const mode = frame?.mode === "shadow" ? "shadow" : frame?.profile === "sandbox" ? "sandbox" : null;
  return (
    <header className={styles.top}>
      <span className={styles.name}>{t("app.name")}</span>
      {mode && (
        <p className={styles.stripes} data-mode={mode}>
          <strong>{t(`frame.${mode}`)}</strong>
          <span>{t(`frame.${mode}_words`)}</span>
        </p>
      )}
      <div className={styles.topEnd}>
        {counts && (
          <ul className={styles.counts}>
            {(["critical", "abnormal", "info"] as const).map((severity) => {
              const count = counts[severity];
              return (
                <li key={severity} data-severity={severity} data-any={count > 0 || undefined}>
                  <Shape severity={severity} alarming={count > 0} size={14} />
                  <span>{t(`frame.${severity}_count`, { count })}</span>
                </li>
              );
            })}
          </ul>
        )}
        {frame && <Sound sound={frame.sound} />}
        <div className={styles.choices}>
          <Choices />
          <Button className={styles.choice!} aria-label={t("nav.help")} onPress={onHelp}>
            <IconKeyboard size={18} stroke={1.6} aria-hidden="true" />
          </Button>
        </div>
        {frame && (
          <Who>
            <span>{frame.who.name}</span>
            <span className={styles.role}>
              {word("role", frame.who.role)}
              {frame.who.role === "auditor" && ` · ${t("frame.read_only")}`}
            </span>
          </Who>
        )}
      </div>
    </header>
  );
}
