// Enrolling one patient by hand.

import { type FormEvent, useState } from "react";
import type { UnknownPatient } from "../../generated/UnknownPatient";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Select, TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { queries } from "../../state/queries";
import { goTo } from "../../state/route";
import { sayDone } from "../../state/toasts";
import styles from "./Patients.module.css";

const TEXTS = ["first_name", "last_name", "birth_date", "phone", "time_zone", "fhir_id"] as const;
const EXAMPLES: Partial<Record<(typeof TEXTS)[number], string>> = {
  birth_date: "1958-04-12",
  phone: "+12025550101",
  time_zone: "America/New_York",
};

export function NewPatient({ named, onClose }: { named: UnknownPatient | null; onClose: () => void }) {
  const { t } = useWords();
  const [mrn, setMrn] = useState(named?.mrn ?? "");
  const [texts, setTexts] = useState<Record<string, string>>({ fhir_id: named?.fhir_id ?? "" });
  const [language, setLanguage] = useState<"en" | "es">("en");
  const [consent, setConsent] = useState<"yes" | "no" | "unknown">("unknown");
  const [error, setError] = useState<UserError | null>(null);
  const at = (field: string) => (error?.field === field ? error.what_happened : undefined);
  const enrol = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const fields = Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ""));
      sayDone(
        await call("change_patient", {
          mrn,
          enrols: true,
          fields: { ...fields, language, sms_consent: consent },
          zone_checked: false,
        }),
      );
      void queries.invalidateQueries({ queryKey: ["patients"] });
      onClose();
      goTo("patients", mrn.trim());
    } catch (thrown) {
      setError(asUserError(thrown));
    }
  };
  return (
    <Dialog title={t("patients.new")} about={t("patients.new_words")} onClose={onClose}>
      <form className={styles.form} noValidate onSubmit={(event) => void enrol(event)}>
        <TextField
          label={t("patients.field_mrn")}
          value={mrn}
          onChange={setMrn}
          error={at("mrn")}
          autoFocus
          isRequired
        />
        <div className={styles.pairs}>
          {TEXTS.map((name) => (
            <TextField
              key={name}
              label={t(`patients.field_${name}`)}
              value={texts[name] ?? ""}
              onChange={(text) => setTexts({ ...texts, [name]: text })}
              error={at(name)}
              {...(EXAMPLES[name] ? { placeholder: EXAMPLES[name] } : {})}
            />
          ))}
          <Select
            label={t("patients.field_language")}
            value={language}
            onChange={setLanguage}
            options={(["en", "es"] as const).map((id) => ({ id, label: t(`patients.language_${id}`) }))}
          />
          <Select
            label={t("patients.field_sms_consent")}
            value={consent}
            onChange={setConsent}
            options={(["yes", "no", "unknown"] as const).map((id) => ({
              id,
              label: t(`patients.consent_${id}`),
            }))}
          />
        </div>
        <Refused error={error} />
        <DialogFoot>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit">
            {t("patients.enrol_now")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
