// One's own password and second factor: at the door when they are due, and on People at any time.

import { type FormEvent, useEffect, useState } from "react";
import type { SecondFactor as Factor } from "../../generated/SecondFactor";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { Picture } from "../../parts/Picture";
import { Refused } from "../../parts/Refused";
import styles from "./Door.module.css";
import { useAsk } from "./useAsk";

export function OwnPassword({ onDone }: { onDone: (said: string) => void }) {
  const { t } = useWords();
  const ask = useAsk();
  const [old, setOld] = useState("");
  const [wanted, setWanted] = useState("");
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const done = await ask.ask("my_password", { old, new: wanted });
    if (done) onDone(done.said);
  };
  return (
    <form className={styles.form} onSubmit={send}>
      <TextField
        label={t("door.old")}
        type="password"
        value={old}
        onChange={setOld}
        error={ask.at("old")}
        autoComplete="current-password"
        autoFocus
      />
      <TextField
        label={t("door.new")}
        hint={t("door.password_hint")}
        type="password"
        value={wanted}
        onChange={setWanted}
        error={ask.at("new")}
        autoComplete="new-password"
      />
      <Refused error={ask.error?.field ? null : ask.error} />
      <Button tone="primary" type="submit" isDisabled={ask.busy}>
        {t("door.change")}
      </Button>
    </form>
  );
}

/** Shows a new key, takes its first code, shows the recovery codes once. */
export function SecondFactor({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const ask = useAsk();
  const [factor, setFactor] = useState<Factor | null>(null);
  const [code, setCode] = useState("");
  const [codes, setCodes] = useState<string[] | null>(null);
  const { ask: request } = ask;
  // One key for one visit to this form.
  useEffect(() => {
    void request("second_factor", {}).then(setFactor);
  }, []);
  if (codes) {
    return (
      <div className={styles.form}>
        <h2>{t("door.recovery")}</h2>
        <p className={styles.words}>{t("door.recovery_words")}</p>
        <ul className={styles.codes}>
          {codes.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <Button tone="primary" autoFocus onPress={onDone}>
          {t("door.recovery_done")}
        </Button>
      </div>
    );
  }
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const kept = await ask.ask("confirm_second_factor", { code });
    if (kept) setCodes(kept.codes);
  };
  return (
    <form className={styles.form} onSubmit={send}>
      <p className={styles.words}>{t("door.factor_scan")}</p>
      {factor && (
        <div className={styles.factor}>
          <Picture rows={factor.picture} label={t("door.factor_picture")} />
          <p>
            <span className={styles.words}>{t("door.factor_key")}</span>
            <code>{factor.secret}</code>
          </p>
        </div>
      )}
      <TextField
        label={t("door.factor_code")}
        value={code}
        onChange={setCode}
        error={ask.at("code")}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
      />
      <Button tone="primary" type="submit" isDisabled={ask.busy || !factor}>
        {t("door.factor_confirm")}
      </Button>
    </form>
  );
}
