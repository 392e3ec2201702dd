import { useState } from "react";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Card } from "../../parts/Screen";
import { Age } from "../../parts/Times";
import { queries } from "../../state/queries";
import { sayError } from "../../state/toasts";
import styles from "./People.module.css";

/** The sealed code: when it was made, when it was used, and a new one to print. */
export function Emergency({ made, used }: { made: string | null; used: string | null }) {
  const { t } = useWords();
  const [code, setCode] = useState<string | null>(null);
  const make = async () => {
    try {
      setCode((await call("emergency_code", {})).code);
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    void queries.invalidateQueries({ queryKey: ["people"] });
  };
  return (
    <Card
      title={t("staff.emergency")}
      words={t("staff.emergency_words")}
      actions={
        <Button size="small" onPress={() => void make()}>
          {t(made ? "staff.emergency_again" : "staff.emergency_make")}
        </Button>
      }
    >
      <p className={styles.made}>
        {made ? (
          <>
            {t("staff.emergency_made")} <Age at={made} />
            {used && (
              <b>
                {" · "}
                {t("staff.emergency_used")} <Age at={used} />
              </b>
            )}
          </>
        ) : (
          t("staff.emergency_none")
        )}
      </p>
      {code && (
        <Dialog title={t("staff.emergency")} onClose={() => setCode(null)}>
          <p className={styles.quiet}>{t("staff.emergency_shown")}</p>
          <p className={styles.sealed}>{code}</p>
          <DialogFoot>
            <Button onPress={() => window.print()}>{t("staff.print")}</Button>
            <Button tone="primary" autoFocus onPress={() => setCode(null)}>
              {t("staff.done")}
            </Button>
          </DialogFoot>
        </Dialog>
      )}
    </Card>
  );
}
