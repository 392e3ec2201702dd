import type { FormEvent, ReactNode } from "react";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Refused } from "../../parts/Refused";
import styles from "./Shadow.module.css";
import type { useSend } from "./useSend";

/** A dialog with fields: sent by its button or Enter, with the refusal of no field at its foot. */
export function Form({
  title,
  about,
  words,
  verb,
  tone = "primary",
  ready = true,
  fields,
  sending,
  onSend,
  onClose,
  children,
}: {
  title: string;
  about?: ReactNode;
  words?: ReactNode;
  verb: string;
  tone?: "primary" | "danger";
  ready?: boolean;
  /** Fields that show their own refusal. */
  fields: string[];
  sending: ReturnType<typeof useSend>;
  onSend: () => void;
  onClose: () => void;
  children?: ReactNode;
}) {
  const { t } = useWords();
  const { error, busy } = sending;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (ready && !busy) onSend();
  };
  const elsewhere = error?.field && fields.includes(error.field) ? null : error;
  return (
    <Dialog title={title} about={about} onClose={onClose}>
      <form className={styles.form} onSubmit={send}>
        {words && <p className={styles.quiet}>{words}</p>}
        {children}
        <Refused error={elsewhere ? { ...elsewhere, field: null } : null} />
        <DialogFoot>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone={tone} type="submit" isDisabled={!ready || busy}>
            {verb}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
