import { useState } from "react";
import type { MissedAlert } from "../../generated/MissedAlert";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Select, TextField } from "../../parts/Field";
import { Card } from "../../parts/Screen";
import { Nothing } from "../../parts/States";
import { shortTime } from "../../words/time";
import { Form } from "./Form";
import { instant } from "./opinions";
import styles from "./Shadow.module.css";
import { useSend } from "./useSend";

const VITALS = ["bp", "glucose", "weight", "spo2", "heart_rate"] as const;

/** Alerts that only the nurse raised, and why the console did not. */
export function Missed({ missed, works }: { missed: MissedAlert[]; works: boolean }) {
  const { t, word, language } = useWords();
  const [explaining, setExplaining] = useState<MissedAlert | null>(null);
  return (
    <Card title={`${t("shadow.missed_list")} (${missed.length})`}>
      {missed.length === 0 && <Nothing>{t("shadow.missed_none")}</Nothing>}
      <ul className={styles.alerts}>
        {missed.map((one) => (
          <li key={one.id} data-plain>
            <div className={styles.what}>
              <p>
                <b>{one.patient.name}</b>
                <span>{t("list.mrn", { mrn: one.patient.mrn })}</span>
                <span>{word("vital", one.vital)}</span>
                <time dateTime={one.at}>{shortTime(one.at, language)}</time>
              </p>
              <p>{t("shadow.explained", { by: one.by, why: one.did })}</p>
              <p className={styles.said} data-open={one.explained === null || undefined}>
                {one.explained === null
                  ? t("shadow.not_explained")
                  : t("shadow.explained", { by: one.explained_by ?? "", why: one.explained })}
              </p>
            </div>
            {works && (
              <div className={styles.acts}>
                <Button
                  size="small"
                  tone={one.explained === null ? "plain" : "quiet"}
                  onPress={() => setExplaining(one)}
                >
                  {t("shadow.explain")}
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {explaining && <Explain one={explaining} onClose={() => setExplaining(null)} />}
    </Card>
  );
}

function Explain({ one, onClose }: { one: MissedAlert; onClose: () => void }) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const [why, setWhy] = useState("");
  return (
    <Form
      title={t("shadow.explain_title")}
      about={`${one.patient.name} · ${t("list.mrn", { mrn: one.patient.mrn })}`}
      words={t("shadow.explain_words")}
      verb={t("judge.save")}
      ready={why.trim() !== ""}
      fields={["why"]}
      sending={sending}
      onSend={() => void sending.send(() => call("explain_missed", { id: one.id, why }))}
      onClose={onClose}
    >
      <TextField
        label={t("shadow.why")}
        value={why}
        onChange={setWhy}
        rows={3}
        autoFocus
        error={sending.fieldError("why")}
      />
    </Form>
  );
}

/** A nurse records what she acted on and the console did not raise. */
export function RecordMissed({ onClose }: { onClose: () => void }) {
  const { t, word } = useWords();
  const sending = useSend(onClose);
  const [mrn, setMrn] = useState("");
  const [vital, setVital] = useState<(typeof VITALS)[number]>("bp");
  const [noticed, setNoticed] = useState("");
  const [did, setDid] = useState("");
  const at = instant(noticed);
  return (
    <Form
      title={t("shadow.record_missed")}
      words={t("shadow.record_missed_words")}
      verb={t("shadow.record")}
      ready={mrn.trim() !== "" && did.trim() !== "" && typeof at === "string"}
      fields={["mrn", "vital", "at", "did"]}
      sending={sending}
      onSend={() => void sending.send(() => call("missed_alert", { mrn, vital, at: at as string, did }))}
      onClose={onClose}
    >
      <TextField
        label={t("shadow.mrn")}
        value={mrn}
        onChange={setMrn}
        autoFocus
        error={sending.fieldError("mrn")}
      />
      <Select
        label={t("shadow.vital")}
        value={vital}
        onChange={setVital}
        options={VITALS.map((id) => ({ id, label: word("vital", id) }))}
      />
      <TextField
        label={t("shadow.noticed")}
        hint={t("shadow.time_hint")}
        value={noticed}
        onChange={setNoticed}
        error={at === undefined ? t("shadow.odd_time") : sending.fieldError("at")}
      />
      <TextField
        label={t("shadow.did")}
        value={did}
        onChange={setDid}
        rows={2}
        error={sending.fieldError("did")}
      />
    </Form>
  );
}
