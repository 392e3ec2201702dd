// Whether this patient may be texted: consent, and the number's place in the registry of opt-outs.

import { type FormEvent, useState } from "react";
import type { PatientPage } from "../../generated/PatientPage";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Select, TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { Card } from "../../parts/Screen";
import { queries } from "../../state/queries";
import { sayDone, sayError } from "../../state/toasts";
import { dayName, exact } from "../../words/time";
import form from "./Patients.module.css";
import styles from "./PatientView.module.css";

const CONSENT = ["yes", "no", "unknown"] as const;

function again() {
  void queries.invalidateQueries({ queryKey: ["patients"] });
  void queries.invalidateQueries({ queryKey: ["patient"] });
}

export function Texts({ page, works }: { page: PatientPage; works: boolean }) {
  const { t, language } = useWords();
  const { personal, patient } = page;
  const [asking, setAsking] = useState(false);
  const out = personal.opt_out?.out ?? false;
  const byStaff = personal.opt_out?.by ?? null;
  const consent = async (sms_consent: (typeof CONSENT)[number]) => {
    if (sms_consent === personal.sms_consent) return;
    try {
      sayDone(
        await call("change_patient", {
          mrn: patient.mrn,
          enrols: false,
          fields: { sms_consent },
          zone_checked: false,
        }),
      );
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    again();
  };
  return (
    <Card
      title={t("patients.texts")}
      actions={
        works &&
        personal.phone &&
        (out ? (
          byStaff && (
            <Button size="small" onPress={() => setAsking(true)}>
              {t("patients.allow_texts")}
            </Button>
          )
        ) : (
          <Button size="small" onPress={() => setAsking(true)}>
            {t("patients.stop_texts")}
          </Button>
        ))
      }
    >
      <p>
        {personal.untextable ? (
          <b>{t("patients.no_text", { why: personal.untextable })}</b>
        ) : (
          t("patients.can_text", { phone: personal.phone ?? "" })
        )}
      </p>
      {personal.opt_out && (
        <p className={styles.quiet}>
          {out
            ? byStaff
              ? t("patients.out_by_staff", { by: byStaff, day: exact(personal.opt_out.at, language) })
              : t("patients.out_by_patient", { day: exact(personal.opt_out.at, language) })
            : t("patients.was_out", { day: dayName(personal.opt_out.at, language) })}
        </p>
      )}
      <div className={styles.consent}>
        <Select
          label={t("patients.field_sms_consent")}
          value={personal.sms_consent as (typeof CONSENT)[number]}
          onChange={(to) => void consent(to)}
          isDisabled={!works}
          options={CONSENT.map((id) => ({ id, label: t(`patients.consent_${id}`) }))}
        />
        {personal.consent_at && (
          <small className={styles.quiet}>
            {t("patients.since", { day: dayName(personal.consent_at, language) })}
          </small>
        )}
      </div>
      {asking && <Ask page={page} out={!out} onClose={() => setAsking(false)} />}
    </Card>
  );
}

function Ask({ page, out, onClose }: { page: PatientPage; out: boolean; onClose: () => void }) {
  const { t } = useWords();
  const [why, setWhy] = useState("");
  const [error, setError] = useState<UserError | null>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    try {
      sayDone(await call("patient_texts", { mrn: page.patient.mrn, out, why }));
      again();
      onClose();
    } catch (thrown) {
      setError(asUserError(thrown));
    }
  };
  const shared = page.personal.shares_phone.map((one) => one.name).join("; ");
  return (
    <Dialog
      title={out ? t("patients.stop_texts") : t("patients.allow_texts")}
      about={
        <>
          <b>{page.patient.name}</b> {t("list.mrn", { mrn: page.patient.mrn })} · {page.personal.phone}
        </>
      }
      onClose={onClose}
    >
      <form className={form.form} noValidate onSubmit={(event) => void send(event)}>
        <p>{out ? t("patients.stop_words") : t("patients.allow_words")}</p>
        {shared && <p>{t("patients.shares", { names: shared })}</p>}
        <TextField
          label={t("patients.why_required")}
          value={why}
          onChange={setWhy}
          error={error?.field === "why" ? error.what_happened : undefined}
          autoFocus
          isRequired
        />
        <Refused error={error} />
        <DialogFoot>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone={out ? "danger" : "primary"} type="submit">
            {out ? t("patients.stop_texts") : t("patients.allow_texts")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
