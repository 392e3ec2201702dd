import { IconAlertHexagon, IconArrowBackUp, IconCheck, IconX } from "@tabler/icons-react";
import { useWords } from "../i18n/useWords";
import { useNow } from "../state/clock";
import { dismiss, type Toast, undo, useToasts } from "../state/toasts";
import { Button } from "./Button";
import styles from "./Toasts.module.css";

const UNDO_MS = 10_000;

/** What was done, at the foot of the screen, with the seconds left to undo it. */
export function Toasts() {
  const toasts = useToasts();
  return (
    <div className={styles.stack} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <One key={toast.key} toast={toast} newest={toast === toasts.at(-1)} />
      ))}
    </div>
  );
}

function One({ toast, newest }: { toast: Toast; newest: boolean }) {
  const { t } = useWords();
  return (
    <div className={styles.toast} data-tone={toast.tone}>
      {toast.tone === "error" ? (
        <IconAlertHexagon size={18} aria-hidden="true" />
      ) : (
        <IconCheck size={18} aria-hidden="true" />
      )}
      <div className={styles.said}>
        <p>{toast.said}</p>
        {toast.what_to_do && <p className={styles.todo}>{toast.what_to_do}</p>}
      </div>
      {toast.undo && (
        <Button
          size="small"
          icon={<IconArrowBackUp size={14} aria-hidden="true" />}
          {...(newest ? { keyHint: "U" } : {})}
          onPress={() => void undo(toast)}
        >
          {t("act.undo")}
        </Button>
      )}
      {toast.undo && <Seconds until={toast.undo.until} />}
      <Button
        tone="quiet"
        size="small"
        iconOnly
        icon={<IconX size={14} aria-hidden="true" />}
        onPress={() => dismiss(toast.key)}
      >
        {t("act.dismiss")}
      </Button>
    </div>
  );
}

function Seconds({ until }: { until: number }) {
  const now = useNow();
  const left = Math.max(0, Math.ceil((until - now) / 1_000));
  const share = Math.min(1, Math.max(0, (until - now) / UNDO_MS));
  return (
    <span className={styles.seconds} aria-hidden="true">
      <svg width={24} height={24} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <circle cx={12} cy={12} r={10} className={styles.track} />
        <circle
          cx={12}
          cy={12}
          r={10}
          className={styles.left}
          strokeDasharray={`${62.83 * share} 62.83`}
          transform="rotate(-90 12 12)"
        />
      </svg>
      <span>{left}</span>
    </span>
  );
}
