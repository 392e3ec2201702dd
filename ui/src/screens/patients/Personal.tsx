// Who the patient is and whether they take part: read at a glance, changed field by field.

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
import { birthDate, dayName, exact } from "../../words/time";
import form from "./Patients.module.css";
import styles from "./PatientView.module.css";

const TEXTS = ["first_name", "last_name", "birth_date", "phone", "time_zone", "fhir_id"] as const;
const STATUSES = ["active", "paused", "admitted", "ended", "deceased"] as const;

async function send(mrn: string, fields: Record<string, string | null>, zone_checked = false) {
  const done = await call("change_patient", { mrn, enrols: false, fields, zone_checked });
  void queries.invalidateQueries({ queryKey: ["patients"] });
  void queries.invalidateQueries({ queryKey: ["patient"] });
  sayDone(done);
}

export function Personal({ page, works }: { page: PatientPage; works: boolean }) {
  const { t, word, language } = useWords();
  const [changing, setChanging] = useState(false);
  const { personal, patient } = page;
  const checked = async () => {
    try {
      await send(patient.mrn, {}, true);
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
  };
  const status = [
    word("status", personal.status_now),
    personal.status_now === personal.status && personal.status_reason,
    personal.status_now === personal.status &&
      personal.status_until &&
      t("patients.until", { day: exact(personal.status_until, language) }),
  ].filter(Boolean);
  return (
    <Card
      title={t("patients.personal")}
      actions={
        works && (
          <Button size="small" onPress={() => setChanging(true)}>
            {t("patients.change")}
          </Button>
        )
      }
    >
      <dl className={styles.facts}>
        <dt>{t("patients.field_birth_date")}</dt>
        <dd>{personal.birth_date ? birthDate(personal.birth_date, language) : "–"}</dd>
        <dt>{t("patients.field_status")}</dt>
        <dd>{status.join(", ")}</dd>
        <dt>{t("patients.field_phone")}</dt>
        <dd>
          {personal.phone ?? t("panel.no_phone")}
          {personal.shares_phone.length > 0 && (
            <small>
              {t("patients.shares", { names: personal.shares_phone.map((one) => one.name).join("; ") })}
            </small>
          )}
        </dd>
        <dt>{t("patients.field_language")}</dt>
        <dd>{t(`patients.language_${personal.language === "es" ? "es" : "en"}`)}</dd>
        <dt>{t("patients.field_time_zone")}</dt>
        <dd>
          {personal.zone.replaceAll("_", " ")}{" "}
          {personal.zone_assumed && <em className={styles.tag}>{t("patients.assumed")}</em>}
          <small>
            {personal.zone_checked_at && !personal.zone_assumed
              ? t("patients.checked_on", { day: dayName(personal.zone_checked_at, language) })
              : t("patients.never_checked")}
          </small>
          {works && personal.zone_review && !personal.zone_assumed && (
            <Button size="small" onPress={() => void checked()}>
              {t("patients.zone_stands")}
            </Button>
          )}
        </dd>
        <dt>{t("patients.field_fhir_id")}</dt>
        <dd>{personal.fhir_id ?? "–"}</dd>
      </dl>
      {changing && <Change page={page} onClose={() => setChanging(false)} />}
    </Card>
  );
}

function Change({ page, onClose }: { page: PatientPage; onClose: () => void }) {
  const { t, word } = useWords();
  const { personal, patient } = page;
  const before: Record<string, string> = {
    first_name: personal.first_name,
    last_name: personal.last_name,
    birth_date: personal.birth_date ?? "",
    phone: personal.phone ?? "",
    time_zone: personal.time_zone ?? "",
    fhir_id: personal.fhir_id ?? "",
    language: personal.language,
    status: personal.status,
    status_reason: personal.status_reason ?? "",
    status_until: personal.status_until ? local(personal.status_until) : "",
  };
  const [after, setAfter] = useState(before);
  const [error, setError] = useState<UserError | null>(null);
  const at = (field: string) => (error?.field === field ? error.what_happened : undefined);
  const change = (name: string) => (text: string) => setAfter({ ...after, [name]: text });
  const away = after.status === "paused" || after.status === "admitted";
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const changed = Object.entries(after).filter(([name, text]) => text.trim() !== before[name]);
    const fields = Object.fromEntries(
      changed.map(([name, text]) => {
        const until = name === "status_until" && text ? new Date(text) : null;
        if (until && !Number.isNaN(until.getTime())) return [name, until.toISOString()];
        return [name, text.trim() || null];
      }),
    );
    if (changed.length === 0) return onClose();
    try {
      await send(patient.mrn, fields);
      onClose();
    } catch (thrown) {
      setError(asUserError(thrown));
    }
  };
  return (
    <Dialog
      title={t("patients.change_patient")}
      about={
        <>
          <b>{patient.name}</b> {t("list.mrn", { mrn: patient.mrn })}
        </>
      }
      onClose={onClose}
    >
      <form className={form.form} noValidate onSubmit={(event) => void save(event)}>
        <div className={form.pairs}>
          {TEXTS.map((name, i) => (
            <TextField
              key={name}
              label={t(`patients.field_${name}`)}
              value={after[name] ?? ""}
              onChange={change(name)}
              error={at(name)}
              autoFocus={i === 0}
              hint={
                name === "time_zone" && !after.time_zone
                  ? t("patients.zone_hint", { zone: personal.zone })
                  : undefined
              }
            />
          ))}
          <Select
            label={t("patients.field_language")}
            value={after.language ?? "en"}
            onChange={change("language")}
            options={(["en", "es"] as const).map((id) => ({
              id: id as string,
              label: t(`patients.language_${id}`),
            }))}
          />
          <Select
            label={t("patients.field_status")}
            value={after.status ?? "active"}
            onChange={change("status")}
            options={STATUSES.map((id) => ({ id: id as string, label: word("status", id) }))}
          />
          {after.status !== "active" && (
            <TextField
              label={t("patients.field_status_reason")}
              value={after.status_reason ?? ""}
              onChange={change("status_reason")}
              error={at("status_reason")}
            />
          )}
          {away && (
            <TextField
              label={t("patients.field_status_until")}
              type="datetime-local"
              value={after.status_until ?? ""}
              onChange={change("status_until")}
              error={at("status_until")}
            />
          )}
        </div>
        <p className={form.note}>{t(`patients.status_words_${after.status as (typeof STATUSES)[number]}`)}</p>
        <Refused error={error} />
        <DialogFoot>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit">
            {t("patients.save_now")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

/** An instant as a field for local time shows it. */
function local(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
