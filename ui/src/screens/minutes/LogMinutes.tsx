import { useState } from "react";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Check, Select, TextField } from "../../parts/Field";
import { Form } from "../shadow/Form";
import { instant } from "../shadow/opinions";
import { useSend } from "../shadow/useSend";
import { readMinutes } from "../worklist/minutes";

const ACTIVITIES = ["call", "video", "reading_review", "care_plan", "education", "coordination"] as const;
const TALKS: readonly string[] = ["call", "video", "education", "care_plan"];

/** Minutes that belong to no alert: who, what, how long, and whether it was a live talk. */
export function LogMinutes({ mrn: first, onClose }: { mrn: string; onClose: () => void }) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const [mrn, setMrn] = useState(first);
  const [program, setProgram] = useState<"rpm" | "ccm">("ccm");
  const [activity, setActivity] = useState<(typeof ACTIVITIES)[number]>("call");
  const [typed, setTyped] = useState("");
  const [when, setWhen] = useState("");
  const [contact, setContact] = useState(false);
  const [note, setNote] = useState("");
  const minutes = readMinutes(typed);
  const at = instant(when);
  return (
    <Form
      title={t("minutes.log_title")}
      verb={t("minutes.save")}
      ready={mrn.trim() !== "" && typeof minutes === "number" && minutes > 0 && at !== undefined}
      fields={["mrn", "minutes", "at", "contact", "note"]}
      sending={sending}
      onSend={() =>
        void sending.send(() =>
          call("log_minutes", {
            mrn,
            program,
            minutes: minutes as number,
            at: at ?? new Date().toISOString(),
            activity,
            contact: contact && TALKS.includes(activity),
            note,
          }),
        )
      }
      onClose={onClose}
    >
      <TextField
        label={t("minutes.mrn")}
        value={mrn}
        onChange={setMrn}
        autoFocus={first === ""}
        error={sending.fieldError("mrn")}
      />
      <Select
        label={t("minutes.program")}
        value={program}
        onChange={setProgram}
        options={(["ccm", "rpm"] as const).map((id) => ({ id, label: t(`minutes.program_${id}`) }))}
      />
      <Select
        label={t("minutes.activity")}
        value={activity}
        onChange={setActivity}
        options={ACTIVITIES.map((id) => ({ id, label: t(`minutes.activity_${id}`) }))}
      />
      <TextField
        label={t("minutes.minutes")}
        value={typed}
        onChange={setTyped}
        inputMode="decimal"
        unit="min"
        autoFocus={first !== ""}
        error={minutes === undefined ? t("minutes.minutes_wrong") : sending.fieldError("minutes")}
      />
      <TextField
        label={t("minutes.when")}
        hint={t("shadow.time_hint")}
        value={when}
        onChange={setWhen}
        error={at === undefined ? t("shadow.odd_time") : sending.fieldError("at")}
      />
      {TALKS.includes(activity) && (
        <Check isSelected={contact} onChange={setContact}>
          {t("minutes.contact_words")}
        </Check>
      )}
      <TextField
        label={t("minutes.note")}
        value={note}
        onChange={setNote}
        rows={2}
        error={sending.fieldError("note")}
      />
    </Form>
  );
}
