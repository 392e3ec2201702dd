// The states every screen has: empty, loading, failed.

import { IconAlertHexagon } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import type { UserError } from "../generated/UserError";
import { asUserError } from "../host";
import { useWords } from "../i18n/useWords";
import { Button } from "./Button";
import styles from "./States.module.css";

export function Empty({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className={styles.empty}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.words}>{children}</div>}
    </div>
  );
}

/** One quiet line where a small list has nothing in it. */
export function Nothing({ children }: { children: ReactNode }) {
  return <p className={styles.nothing}>{children}</p>;
}

/** Grey bars in the shape of what is coming; never a spinner over content. */
export function Skeleton({
  rows = 6,
  label,
  height = 44,
}: {
  rows?: number;
  label: string;
  height?: number;
}) {
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles.bone} style={{ height }}>
          <span style={{ width: 72 }} />
          <span style={{ width: `${22 + ((index * 7) % 12)}%` }} />
          <span style={{ width: `${12 + ((index * 5) % 8)}%` }} />
          <span className={styles.end} style={{ width: 96 }} />
        </div>
      ))}
    </div>
  );
}

/** The words for a failure; those made on this side are translated here. */
export function useErrorWords() {
  const { t } = useWords();
  return (error: UserError) =>
    error.code === "unreachable"
      ? {
          title: t("error.unreachable_title"),
          what: t("error.unreachable_what"),
          to_do: t("error.unreachable_do"),
        }
      : { title: error.title, what: error.what_happened, to_do: error.what_to_do };
}

export function Failure({ thrown, onRetry }: { thrown: unknown; onRetry?: () => void }) {
  const { t } = useWords();
  const wordsOf = useErrorWords();
  const error = asUserError(thrown);
  const words = wordsOf(error);
  return (
    <div className={styles.failure} role="alert">
      <IconAlertHexagon size={20} aria-hidden="true" />
      <div>
        <p className={styles.title}>{words.title}</p>
        <p className={styles.words}>{words.what}</p>
        <p className={styles.words}>{words.to_do}</p>
        {onRetry && (
          <div className={styles.again}>
            <Button size="small" onPress={onRetry}>
              {t("error.retry")}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

function Broken() {
  const { t } = useWords();
  return (
    <Empty title={t("error.broken_title")} icon={<IconAlertHexagon size={28} aria-hidden="true" />}>
      <p>{t("error.broken_words")}</p>
      <p className={styles.again}>
        <Button onPress={() => window.location.reload()}>{t("error.reload")}</Button>
      </p>
    </Empty>
  );
}

/** Keeps one broken screen from taking the frame with it. */
export class Fence extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}
