import { useState } from "react";
import type { PatientBrief } from "../../generated/PatientBrief";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { TextField } from "../../parts/Field";
import { birthDate } from "../../words/time";
import { Form } from "./Form";
import { instant, type Opinion } from "./opinions";
import styles from "./Shadow.module.css";
import { useSend } from "./useSend";

/** A judgement that needs words or a time. */
export function JudgeDialog({
  id,
  patient,
  vital,
  value,
  opinion,
  onClose,
}: {
  id: string;
  patient: PatientBrief | null;
  vital: string | null;
  value: string;
  opinion: Opinion;
  onClose: (done: boolean) => void;
}) {
  const { t, word, language } = useWords();
  const sending = useSend(() => onClose(true));
  const [why, setWhy] = useState("");
  const [acted, setActed] = useState("");
  const at = instant(acted);
  return (
    <Form
      title={t(`judge.ask_${opinion}`)}
      about={
        <span className={styles.about}>
          <b>{patient?.name ?? t("list.no_patient")}</b>
          {patient?.birth_date && (
            <span>{t("list.born", { date: birthDate(patient.birth_date, language) })}</span>
          )}
          {patient && <span>{t("list.mrn", { mrn: patient.mrn })}</span>}
          <span>
            {word("vital", vital ?? "none")} {value}
          </span>
        </span>
      }
      verb={t("judge.save")}
      ready={at !== undefined && (opinion !== "disagree" || why.trim() !== "")}
      fields={["why", "acted_at"]}
      sending={sending}
      onSend={() => void sending.send(() => call("judge", { id, opinion, why, acted_at: at ?? null }))}
      onClose={() => onClose(false)}
    >
      {opinion === "disagree" && (
        <TextField
          label={t("judge.why")}
          value={why}
          onChange={setWhy}
          rows={3}
          autoFocus
          error={sending.fieldError("why")}
        />
      )}
      <TextField
        label={t("judge.acted")}
        hint={t("shadow.time_hint")}
        value={acted}
        onChange={setActed}
        autoFocus={opinion !== "disagree"}
        error={at === undefined ? t("shadow.odd_time") : sending.fieldError("acted_at")}
      />
    </Form>
  );
}
