import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import type { MessageView } from "../../generated/MessageView";
import type { SimPatient } from "../../generated/SimPatient";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { Failure, Skeleton } from "../../parts/States";
import { Thread } from "../../parts/Thread";
import { usePhone } from "../../state/queries";
import styles from "./Phone.module.css";
import { useSimulate } from "./useSimulate";

const QUICK: Record<string, string[]> = { en: ["YES", "NO", "STOP"], es: ["SI", "NO", "STOP"] };

/** The patient's own phone: read what was sent, answer it. */
export function Phone({ patient }: { patient: SimPatient }) {
  const { t } = useWords();
  const phone = usePhone(patient.patient.mrn);
  const { simulate } = useSimulate();
  return (
    <Handset
      name={patient.patient.name}
      number={patient.phone}
      messages={phone.data?.messages}
      thrown={phone.error}
      onRetry={() => void phone.refetch()}
      empty={patient.phone ? t("sim.phone_empty") : t("sim.phone_none")}
      quick={(QUICK[patient.language] ?? QUICK.en ?? []).map((text) => ({ text }))}
      onSend={async (text) => (await simulate("sim_reply", { mrn: patient.patient.mrn, text })) !== null}
    />
  );
}

interface HandsetProps {
  /** "Last, First". */
  name: string;
  number: string | null;
  /** None while they are fetched. */
  messages: MessageView[] | undefined;
  thrown?: unknown;
  onRetry?: () => void;
  /** Said where no text is yet. */
  empty: string;
  /** Answers of one press. */
  quick: { text: string; testId?: string }[];
  /** True: it went, and the words typed may go. */
  onSend: (text: string) => Promise<boolean>;
}

/** A phone in a patient's hand. */
export function Handset({ name, number, messages, thrown, onRetry, empty, quick, onSend }: HandsetProps) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const send = async (body: string) => {
    if (body.trim() === "") return;
    if (await onSend(body)) setText("");
  };
  const called = name.split(", ").reverse().join(" ");
  return (
    <section className={styles.phone} aria-label={t("sim.phone_of", { name: called })}>
      <header>
        <h2>{called}</h2>
        <p>{number ?? t("panel.no_phone")}</p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled thread is reached by keyboard. */}
      <div className={styles.thread} tabIndex={0} role="log" aria-label={t("sim.phone")}>
        {messages ? (
          <Thread messages={messages} seenBy="patient" empty={empty} />
        ) : thrown ? (
          <Failure thrown={thrown} {...(onRetry ? { onRetry } : {})} />
        ) : (
          <Skeleton rows={2} label={t("app.loading")} />
        )}
      </div>
      {number && (
        <>
          <div className={styles.quick}>
            {quick.map(({ text: word, testId }) => (
              <Button key={word} size="small" data-testid={testId} onPress={() => void send(word)}>
                {word}
              </Button>
            ))}
          </div>
          <form
            className={styles.write}
            onSubmit={(event) => {
              event.preventDefault();
              void send(text);
            }}
          >
            <TextField
              label={t("sim.answer")}
              hideLabel
              placeholder={t("sim.answer")}
              value={text}
              onChange={setText}
            />
            <Button type="submit" iconOnly icon={<IconSend size={16} aria-hidden="true" />}>
              {t("sim.answer_send")}
            </Button>
          </form>
        </>
      )}
    </section>
  );
}
