import { useState } from "react";
import type { BaaView } from "../../generated/BaaView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { Card } from "../../parts/Screen";
import styles from "./Gate.module.css";
import { useSend } from "./useSend";

/** The day of each vendor's agreement. */
export function Agreements({ baa, may }: { baa: BaaView[]; may: boolean }) {
  const { t } = useWords();
  return (
    <Card title={t("gate.baa")} words={t("gate.baa_words")}>
      <div className={styles.baa}>
        {baa.map((one) => (
          <Agreement key={`${one.vendor} ${one.signed_on}`} one={one} may={may} />
        ))}
      </div>
    </Card>
  );
}

function Agreement({ one, may }: { one: BaaView; may: boolean }) {
  const { t } = useWords();
  const sending = useSend(() => undefined);
  const [day, setDay] = useState(one.signed_on ?? "");
  const changed = day.trim() !== (one.signed_on ?? "");
  if (!may) {
    return (
      <p>
        {one.label}: {one.signed_on ?? "–"}
      </p>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) {
          void sending.send(() => call("baa", { vendor: one.vendor, signed_on: day.trim() || null }));
        }
      }}
    >
      <TextField
        label={one.label}
        value={day}
        onChange={setDay}
        placeholder="2026-03-05"
        error={sending.fieldError("signed_on")}
      />
      <Button type="submit" size="small" isDisabled={!changed || sending.busy}>
        {t("gate.keep")}
      </Button>
    </form>
  );
}
