// The acts that need words. The engine's refusal of a field is shown at that field.

import { type ReactNode, useRef, useState } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";
import type { Done } from "../../generated/Done";
import type { UserError } from "../../generated/UserError";
import type { WorklistRow } from "../../generated/WorklistRow";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button, Key } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { TextField } from "../../parts/Field";
import { useErrorWords } from "../../parts/States";
import { useEpisode, useFrame } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import { refresh } from "../../state/worklist";
import { segments } from "../../words/segments";
import { birthDate } from "../../words/time";
import { JudgeDialog } from "../shadow/JudgeDialog";
import { type Asking, DISPOSITIONS, type Disposition } from "./acts";
import styles from "./dialogs.module.css";
import { readMinutes } from "./minutes";
import { readsBack } from "./readBack";

interface Props {
  row: WorklistRow;
  onClose: () => void;
}

export function ActDialog({ asking, row, onClose }: Props & { asking: Asking }) {
  switch (asking.what) {
    case "shelve":
      return <Shelve row={row} onClose={onClose} />;
    case "text":
      return <SendText row={row} onClose={onClose} />;
    case "page":
      return <Page row={row} onClose={onClose} />;
    case "call":
      return <LogCall row={row} onClose={onClose} />;
    case "note":
      return <WriteNote row={row} onClose={onClose} />;
    case "close":
    case "complete":
      return <Close row={row} onClose={onClose} what={asking.what} first={asking.disposition} />;
    case "judge":
      return (
        <JudgeDialog
          id={row.id}
          patient={row.patient}
          vital={row.vital}
          value={row.value?.text ?? ""}
          opinion={asking.opinion}
          onClose={(done) => {
            if (done) refresh();
            onClose();
          }}
        />
      );
  }
}

/** Sends a command from a dialog: one at a time, with the refusal kept to be shown. */
function useSend(onClose: () => void) {
  const busy = useRef(false);
  const [error, setError] = useState<UserError | null>(null);
  return {
    error,
    fieldError: (field: string) => (error?.field === field ? error.what_happened : undefined),
    send: async (act: () => Promise<Done>) => {
      if (busy.current) return;
      busy.current = true;
      try {
        sayDone(await act());
        refresh();
        onClose();
      } catch (thrown) {
        setError(asUserError(thrown));
        busy.current = false;
      }
    },
  };
}

interface ShellProps extends Props {
  title: string;
  verb: string;
  ready: boolean;
  sending: ReturnType<typeof useSend>;
  onSend: () => void;
  note?: ReactNode;
  fields: string[];
  children: ReactNode;
}

function Shell({ row, onClose, title, verb, ready, sending, onSend, note, fields, children }: ShellProps) {
  const { t, word, language } = useWords();
  const wordsOf = useErrorWords();
  const patient = row.patient;
  const { error } = sending;
  const elsewhere = error && !(error.field && fields.includes(error.field)) ? wordsOf(error) : null;
  return (
    <Dialog
      title={title}
      onClose={onClose}
      about={
        <span className={styles.about}>
          <b>{patient?.name ?? t("list.no_patient")}</b>
          {patient?.birth_date && (
            <span>{t("list.born", { date: birthDate(patient.birth_date, language) })}</span>
          )}
          {patient && <span>{t("list.mrn", { mrn: patient.mrn })}</span>}
          <span>
            {word("vital", row.vital ?? "none")} {row.value?.text}
          </span>
        </span>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) onSend();
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && ready) {
            event.preventDefault();
            onSend();
          }
        }}
      >
        {children}
        {elsewhere && (
          <p className={styles.error} role="alert">
            <b>{elsewhere.what}</b> {elsewhere.to_do}
          </p>
        )}
        <DialogFoot note={note}>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit" isDisabled={!ready} keyHint={t("ask.keys_save")}>
            {verb}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

interface ChoiceProps<K extends string> {
  label: string;
  value: K | null;
  onChange: (value: K) => void;
  options: { id: K; label: string; words?: string; key?: string }[];
  across?: boolean;
  autoFocus?: boolean;
}

function Choice<K extends string>({ label, value, onChange, options, across, autoFocus }: ChoiceProps<K>) {
  return (
    <RadioGroup className={styles.choice!} value={value} onChange={(id) => onChange(id as K)}>
      <Label className={styles.label!}>{label}</Label>
      <div className={styles.options} data-across={across || undefined}>
        {options.map((option, index) => (
          <Radio
            key={option.id}
            value={option.id}
            className={styles.option!}
            autoFocus={Boolean(autoFocus) && (value === option.id || (value === null && index === 0))}
          >
            {option.key && <Key>{option.key}</Key>}
            <span className={styles.optionWords}>
              <b>{option.label}</b>
              {option.words && <span>{option.words}</span>}
            </span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

function Shelve({ row, onClose }: Props) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const [minutes, setMinutes] = useState("60");
  const [reason, setReason] = useState("");
  const ready = reason.trim() !== "";
  return (
    <Shell
      row={row}
      onClose={onClose}
      title={t("ask.shelve_title")}
      verb={t("ask.shelve_do")}
      ready={ready}
      sending={sending}
      fields={["reason"]}
      note={t("ask.shelve_rule")}
      onSend={() => void sending.send(() => call("shelve", { id: row.id, minutes: Number(minutes), reason }))}
    >
      <Choice
        label={t("ask.shelve_how_long")}
        value={minutes}
        onChange={setMinutes}
        across
        options={[15, 30, 60, 120, 240, 480].map((n) => ({
          id: String(n),
          label: n < 60 ? t("ask.minutes_n", { minutes: n }) : t("ask.hours_n", { hours: n / 60 }),
        }))}
      />
      <TextField
        label={t("ask.shelve_reason")}
        hint={t("ask.shelve_reason_hint")}
        error={sending.fieldError("reason")}
        value={reason}
        onChange={setReason}
        autoFocus
        isRequired
      />
    </Shell>
  );
}

function SendText({ row, onClose }: Props) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const detail = useEpisode(row.id).data;
  const [typed, setTyped] = useState<string | null>(null);
  const body = typed ?? detail?.draft_text ?? "";
  const size = segments(body);
  const ready = body.trim() !== "";
  return (
    <Shell
      row={row}
      onClose={onClose}
      title={t("ask.text_title")}
      verb={t("ask.text_do")}
      ready={ready}
      sending={sending}
      fields={["body"]}
      note={detail?.phone ? t("ask.text_to", { phone: detail.phone }) : t("panel.no_phone")}
      onSend={() => void sending.send(() => call("text", { id: row.id, body }))}
    >
      <TextField
        label={t("ask.text_body")}
        hint={size.wide ? t("ask.wide", { character: size.wide }) : t("ask.text_rule")}
        error={sending.fieldError("body")}
        value={body}
        onChange={setTyped}
        rows={5}
        autoFocus
        foot={`${t("ask.segments", { count: size.segments })}, ${t("ask.left", { left: size.left })}`}
      />
    </Shell>
  );
}

function Page({ row, onClose }: Props) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const onCall = useFrame().data?.on_call;
  const [reason, setReason] = useState("");
  const note =
    onCall?.state === "known"
      ? t("ask.page_to", { names: onCall.names.join(", ") })
      : onCall?.state === "nobody"
        ? t("frame.nobody_on_call")
        : t("frame.on_call_unknown");
  return (
    <Shell
      row={row}
      onClose={onClose}
      title={t("ask.page_title")}
      verb={t("ask.page_do")}
      ready={reason.trim() !== ""}
      sending={sending}
      fields={["reason"]}
      note={note}
      onSend={() => void sending.send(() => call("page", { id: row.id, reason }))}
    >
      <TextField
        label={t("ask.page_reason")}
        hint={t("ask.page_reason_hint", { case: row.patient?.case_id ?? "" })}
        error={sending.fieldError("reason")}
        value={reason}
        onChange={setReason}
        rows={2}
        autoFocus
      />
    </Shell>
  );
}

const OUTCOMES = ["reached", "voicemail", "no_answer", "wrong_number"] as const;

function LogCall({ row, onClose }: Props) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number]>("reached");
  const [note, setNote] = useState("");
  return (
    <Shell
      row={row}
      onClose={onClose}
      title={t("ask.call_title")}
      verb={t("ask.call_do")}
      ready
      sending={sending}
      fields={["note"]}
      onSend={() => void sending.send(() => call("call", { id: row.id, outcome, note }))}
    >
      <Choice
        label={t("ask.call_outcome")}
        value={outcome}
        onChange={setOutcome}
        across
        autoFocus
        options={OUTCOMES.map((id) => ({ id, label: t(`ask.call_${id}`) }))}
      />
      <TextField
        label={t("ask.call_note")}
        error={sending.fieldError("note")}
        value={note}
        onChange={setNote}
        rows={3}
      />
    </Shell>
  );
}

function WriteNote({ row, onClose }: Props) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const [text, setText] = useState("");
  return (
    <Shell
      row={row}
      onClose={onClose}
      title={t("ask.note_title")}
      verb={t("ask.note_do")}
      ready={text.trim() !== ""}
      sending={sending}
      fields={["text"]}
      onSend={() => void sending.send(() => call("note", { id: row.id, text }))}
    >
      <TextField
        label={t("ask.note_text")}
        error={sending.fieldError("text")}
        value={text}
        onChange={setText}
        rows={4}
        autoFocus
      />
    </Shell>
  );
}

interface CloseProps extends Props {
  what: "close" | "complete";
  first: Disposition | null;
}

function Close({ row, onClose, what, first }: CloseProps) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const closing = what === "close";
  const [disposition, setDisposition] = useState<Disposition | null>(first);
  const [minutes, setMinutes] = useState("");
  // Read at every key: the act must not wait for the focus to leave the field.
  const spent = readMinutes(minutes);
  const [note, setNote] = useState("");
  const [name, setName] = useState("");
  const patient = row.patient;
  const mustReadBack = closing && row.severity === "critical" && patient !== null;
  const named = !mustReadBack || readsBack(name, patient.name);
  return (
    <Shell
      row={row}
      onClose={onClose}
      title={t(`ask.${what}_title`)}
      verb={t(`ask.${what}_do`)}
      ready={
        spent !== undefined &&
        (closing ? disposition !== null && named : spent !== null || note.trim() !== "")
      }
      sending={sending}
      fields={["minutes", "note", "disposition"]}
      onSend={() =>
        void sending.send(() =>
          call(what, {
            id: row.id,
            // What it was has been said when it was closed; completing adds to the record.
            disposition: disposition ?? "",
            minutes: spent ?? null,
            note,
          }),
        )
      }
    >
      {closing && (
        <Choice
          label={t("ask.disposition")}
          value={disposition}
          onChange={setDisposition}
          autoFocus={first === null}
          options={DISPOSITIONS.map((id, index) => ({
            id,
            label: t(`disposition.${id}`),
            words: t(`disposition.${id}_words`),
            key: String(index + 1),
          }))}
        />
      )}
      <TextField
        label={t("ask.close_note")}
        error={sending.fieldError("note")}
        value={note}
        onChange={setNote}
        rows={2}
        autoFocus={first !== null || !closing}
      />
      <TextField
        label={t("ask.minutes")}
        hint={t("ask.minutes_hint")}
        error={sending.fieldError("minutes") ?? (spent === undefined ? t("ask.minutes_wrong") : undefined)}
        value={minutes}
        onChange={setMinutes}
        inputMode="decimal"
        unit="min"
      />
      {mustReadBack && (
        <TextField
          label={t("ask.read_back")}
          hint={t("ask.read_back_hint", { name: patient.name })}
          error={name.length >= patient.name.length && !named ? t("ask.read_back_wrong") : undefined}
          value={name}
          onChange={setName}
        />
      )}
    </Shell>
  );
}
