import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import type { SimVisitArgs } from "../../../generated/SimVisitArgs";
import type { SimVisitBlank } from "../../../generated/SimVisitBlank";
import type { UserError } from "../../../generated/UserError";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../parts/Button";
import { Select, TextField } from "../../../parts/Field";
import { say } from "../../../state/toasts";
import { useSimulate } from "../useSimulate";
import { EVENTS, newVisit } from "./form";
import styles from "./Visits.module.css";

interface Props {
  blank: SimVisitBlank;
  onMade: (appointmentId: string) => void;
}

/** The first event about a made-up patient, as the EHR would send it. */
export function NewVisit({ blank, onMade }: Props) {
  const { t } = useWords();
  const { simulate } = useSimulate();
  const [form, setForm] = useState<SimVisitArgs>(() => newVisit(blank));
  const [refused, setRefused] = useState<UserError | null>(null);

  const field = (name: Exclude<keyof SimVisitArgs, "appointment_id">) => ({
    value: form[name],
    onChange: (value: string) => {
      setForm((before) => ({ ...before, [name]: value }));
      if (refused?.field === name) setRefused(null);
    },
    error: refused?.field === name ? `${refused.what_happened} ${refused.what_to_do}` : undefined,
  });
  const send = async () => {
    setRefused(null);
    const made = await simulate("sim_visit", form, (error) => {
      if (!error.field || !(error.field in form)) return false;
      setRefused(error);
      return true;
    });
    if (!made) return;
    say(made.said);
    onMade(made.appointment_id);
  };

  return (
    <section className={styles.card} aria-labelledby="simv-new">
      <header>
        <h2 id="simv-new">{t("simv.book")}</h2>
        <p>{t("simv.book_words")}</p>
      </header>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <Select
          label={t("simv.event")}
          value={form.event_type}
          onChange={field("event_type").onChange}
          options={EVENTS.map((event) => ({ id: event as string, label: event }))}
        />
        <div className={styles.pair}>
          <TextField label={t("simv.first_name")} isRequired {...field("first_name")} />
          <TextField label={t("simv.last_name")} isRequired {...field("last_name")} />
        </div>
        <TextField
          label={t("simv.phone")}
          hint={t("simv.phone_hint")}
          type="tel"
          isRequired
          {...field("phone")}
        />
        <div className={styles.pair}>
          <TextField label={t("simv.when")} type="datetime-local" {...field("wall_clock")} />
          <TextField label={t("simv.offset")} {...field("offset")} />
        </div>
        <div className={styles.pair}>
          <TextField label={t("simv.provider_first")} {...field("provider_first_name")} />
          <TextField label={t("simv.provider_last")} {...field("provider_last_name")} />
        </div>
        <div className={styles.pair}>
          <TextField label={t("simv.location")} {...field("location")} />
          <TextField label={t("simv.callback")} type="tel" {...field("callback_phone")} />
        </div>
        <Button
          tone="primary"
          type="submit"
          data-testid="simv-send"
          isDisabled={[form.first_name, form.last_name, form.phone].some((typed) => typed.trim() === "")}
          icon={<IconSend size={16} aria-hidden="true" />}
        >
          {t("simv.send_event", { event: form.event_type })}
        </Button>
      </form>
    </section>
  );
}
