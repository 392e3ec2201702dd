import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useState } from "react";
import type { TrailVerdict } from "../../generated/TrailVerdict";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Card } from "../../parts/Screen";
import { sayError } from "../../state/toasts";
import styles from "./Audit.module.css";

/** Walks the whole chain and says in one sentence whether it is what was written. */
export function Verify() {
  const { t, language } = useWords();
  const [verdict, setVerdict] = useState<TrailVerdict | null>(null);
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    setVerdict(null);
    try {
      setVerdict(await call("audit_verify", {}));
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    setBusy(false);
  };
  const number = (n: number) => n.toLocaleString(language === "es" ? "es-US" : "en-US");
  return (
    <Card
      title={t("audit.verify")}
      words={t("audit.verify_words")}
      actions={
        <Button size="small" isDisabled={busy} onPress={() => void verify()}>
          {t(busy ? "audit.verifying" : "audit.verify_now")}
        </Button>
      }
    >
      <div role="status">
        {verdict && verdict.broken_at === null && (
          <p className={styles.whole}>
            <IconShieldCheck size={18} aria-hidden="true" />
            <span>
              {t("audit.whole", { lines: number(verdict.lines) })}
              {verdict.anchored_lines !== null && (
                <> {t("audit.anchored", { lines: number(verdict.anchored_lines) })}</>
              )}
              {verdict.archived > 0 && (
                <>
                  {" "}
                  {t(verdict.archive_missing_from === null ? "audit.archived" : "audit.archive_missing", {
                    lines: number(verdict.archived),
                    from: number(verdict.archive_missing_from ?? 0),
                  })}
                </>
              )}
            </span>
          </p>
        )}
        {verdict && verdict.broken_at !== null && (
          <p className={styles.broken}>
            <IconShieldX size={18} aria-hidden="true" />
            <span>
              <b>{t("audit.broken", { line: number(verdict.broken_at) })}</b> {verdict.why}
            </span>
          </p>
        )}
      </div>
    </Card>
  );
}
