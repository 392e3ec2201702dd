import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
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
  const [text, setText] = useState("");
  const send = async (body: string) => {
    if (body.trim() === "") return;
    const outcome = await simulate("sim_reply", { mrn: patient.patient.mrn, text: body });
    if (outcome) setText("");
  };
  const name = patient.patient.name.split(", ").reverse().join(" ");
  return (
    <section className={styles.phone} aria-label={t("sim.phone_of", { name })}>
      <header>
        <h2>{name}</h2>
        <p>{patient.phone ?? t("panel.no_phone")}</p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled thread is reached by keyboard. */}
      <div className={styles.thread} tabIndex={0} role="log" aria-label={t("sim.phone")}>
        {phone.error && !phone.data ? (
          <Failure thrown={phone.error} onRetry={() => void phone.refetch()} />
        ) : phone.data ? (
          <Thread
            messages={phone.data.messages}
            seenBy="patient"
            empty={patient.phone ? t("sim.phone_empty") : t("sim.phone_none")}
          />
        ) : (
          <Skeleton rows={2} label={t("app.loading")} />
        )}
      </div>
      {patient.phone && (
        <>
          <div className={styles.quick}>
            {(QUICK[patient.language] ?? QUICK.en ?? []).map((word) => (
              <Button key={word} size="small" onPress={() => void send(word)}>
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
