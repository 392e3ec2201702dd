import { useState } from "react";
import type { MessageDetail } from "../../generated/MessageDetail";
import type { UserError } from "../../generated/UserError";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { TextField } from "../../parts/Field";
import { act } from "./acts";
import { pretty } from "./pretty";

export function Park({ id, about, onClose }: { id: number; about: string; onClose: () => void }) {
  const { t } = useWords();
  const [why, setWhy] = useState("");
  const [error, setError] = useState<UserError | null>(null);
  const send = async () => {
    const refused = await act("message_park", { id, why });
    if (refused?.field) setError(refused);
    else onClose();
  };
  return (
    <Dialog title={t("msg.park_title")} about={about} onClose={onClose}>
      <p>{t("msg.park_words")}</p>
      <TextField label={t("msg.why")} value={why} onChange={setWhy} error={error?.what_happened} autoFocus />
      <DialogFoot>
        <Button onPress={onClose}>{t("act.cancel")}</Button>
        <Button tone="primary" onPress={() => void send()}>
          {t("msg.park")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}

export function Reword({ message, onClose }: { message: MessageDetail; onClose: () => void }) {
  const { t } = useWords();
  const [to, setTo] = useState(message.to ?? "");
  const [body, setBody] = useState(message.text ?? "");
  const [error, setError] = useState<UserError | null>(null);
  const at = (field: string) => (error?.field === field ? error.what_happened : undefined);
  const send = async () => {
    const refused = await act("message_edit", { id: message.row.id, to, body });
    if (refused?.field) setError(refused);
    else onClose();
  };
  const about = message.row.patient
    ? `${message.row.patient.name} · ${t("list.mrn", { mrn: message.row.patient.mrn })}`
    : message.row.what;
  return (
    <Dialog title={t("msg.edit_title")} about={about} onClose={onClose} wide>
      <TextField
        label={t("msg.to")}
        hint={t("msg.to_hint")}
        value={to}
        onChange={setTo}
        error={at("to")}
        autoFocus
      />
      <TextField label={t("msg.text")} value={body} onChange={setBody} rows={5} error={at("body")} />
      <DialogFoot>
        <Button onPress={onClose}>{t("act.cancel")}</Button>
        <Button tone="primary" onPress={() => void send()}>
          {t("msg.save")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}

export function Rebody({ message, onClose }: { message: MessageDetail; onClose: () => void }) {
  const { t } = useWords();
  const [body, setBody] = useState(pretty(message.body ?? ""));
  const [error, setError] = useState<UserError | null>(null);
  const send = async () => {
    const refused = await act("reprocess_edited", { id: message.row.id, body });
    if (refused?.field) setError(refused);
    else onClose();
  };
  return (
    <Dialog title={t("msg.edit_body_title")} about={message.detail} onClose={onClose} wide>
      <p>{t("msg.edit_body_words")}</p>
      <TextField
        label={t("msg.body")}
        value={body}
        onChange={setBody}
        rows={14}
        mono
        error={error?.what_happened}
        autoFocus
      />
      <DialogFoot>
        <Button onPress={onClose}>{t("act.cancel")}</Button>
        <Button tone="primary" onPress={() => void send()}>
          {t("msg.reprocess")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}
