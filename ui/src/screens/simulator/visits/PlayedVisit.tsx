import { IconArrowRight, IconBell, IconCheck, IconSend } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { SimVisitView } from "../../../generated/SimVisitView";
import type { UserError } from "../../../generated/UserError";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../parts/Button";
import { Select, TextField } from "../../../parts/Field";
import { Left } from "../../../parts/Times";
import { engineNow, useNow } from "../../../state/clock";
import { queries } from "../../../state/queries";
import { hrefOf } from "../../../state/route";
import { say } from "../../../state/toasts";
import { countdown } from "../../../words/time";
import { StateShape } from "../../visits/StateShape";
import { useSimulate } from "../useSimulate";
import { EVENTS, nextEvent, wallClock } from "./form";
import styles from "./Visits.module.css";

interface Props {
  visit: SimVisitView;
  /** It was made just now: the keyboard comes along. */
  fresh: boolean;
}

/** A made-up visit: how it stands, its reminder, and what the EHR says about it. */
export function PlayedVisit({ visit, fresh }: Props) {
  const { t, word } = useWords();
  const { row } = visit;
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (fresh) head.current?.focus();
  }, [fresh]);
  const asked = row.request === "none" ? null : word("visit_request", row.request);
  return (
    <>
      <section className={styles.card} aria-labelledby="simv-played">
        <header>
          <h2 id="simv-played" ref={head} tabIndex={-1}>
            {row.patient.name}
          </h2>
          <p>
            {row.day} {row.local_time} (UTC{row.offset}) · {row.provider}, {row.location}
          </p>
        </header>
        <p className={styles.standing}>
          <span data-testid="simv-state" data-state={row.state}>
            <StateShape state={row.state} />
            {word("visit_state", row.state)}
          </span>
          {row.confirmed && (
            <span data-testid="simv-confirmed">
              <IconCheck size={14} aria-hidden="true" />
              {t("visits.confirmed_mark")}
            </span>
          )}
          {asked && (
            <b data-testid="simv-request">
              {asked}
              {row.request_state && `: ${word("visit_request", row.request_state)}`}
            </b>
          )}
          <a href={hrefOf("visits", row.appointment_id)}>
            {t("simv.see")} <IconArrowRight size={12} aria-hidden="true" />
          </a>
        </p>
      </section>
      <Reminder visit={visit} />
      <AsTheEhr visit={visit} />
    </>
  );
}

function Reminder({ visit }: { visit: SimVisitView }) {
  const { t, word } = useWords();
  const { simulate } = useSimulate();
  const { row, reminder } = visit;
  const now = useNow();
  const section = useRef<HTMLElement>(null);
  const until = reminder.until ? Date.parse(reminder.until) : null;
  // When its time comes the question is asked again at once.
  useEffect(() => {
    if (until === null || until < engineNow()) return;
    const timer = window.setTimeout(
      () => void queries.invalidateQueries({ queryKey: ["sim_visits"] }),
      // A wait longer than a timer can hold is asked again by the slow beat.
      Math.min(until - engineNow() + 100, 2 ** 31 - 1),
    );
    return () => window.clearTimeout(timer);
  }, [until]);

  return (
    <section className={styles.card} aria-labelledby="simv-reminder" ref={section} tabIndex={-1}>
      <header>
        <h2 id="simv-reminder">{t("simv.reminder")}</h2>
        {row.next && (
          <p>
            {t("simv.goes_by_itself", {
              which: word("planned", row.next.what),
              left: countdown(Date.parse(row.next.due) - now),
            })}
          </p>
        )}
      </header>
      <div className={styles.offer}>
        {reminder.which ? (
          <Button
            data-testid="simv-remind"
            icon={<IconBell size={16} aria-hidden="true" />}
            onPress={async () => {
              const sent = await simulate("sim_visit_reminder", { appointment_id: row.appointment_id });
              if (!sent) return;
              say(sent.said);
              // The button goes with its offer; the keyboard stays here.
              section.current?.focus();
            }}
          >
            {t("simv.send_reminder")}
          </Button>
        ) : (
          until !== null && (
            <p className={styles.countdown} data-testid="simv-countdown">
              {before(t("simv.offered_in", { left: "\n" }))}
              <Left until={until} />
              {after(t("simv.offered_in", { left: "\n" }))}
            </p>
          )
        )}
        <p className={styles.why} data-testid="simv-why" aria-live="polite">
          {reminder.sentence}
        </p>
      </div>
    </section>
  );
}

const before = (words: string) => words.split("\n")[0];
const after = (words: string) => words.split("\n")[1];

function AsTheEhr({ visit }: { visit: SimVisitView }) {
  const { t, word } = useWords();
  const { simulate } = useSimulate();
  const { row } = visit;
  const [event, setEvent] = useState<string>("RESCHEDULED");
  const [when, setWhen] = useState<string | null>(null);
  const [location, setLocation] = useState<string | null>(null);
  const [refused, setRefused] = useState<UserError | null>(null);
  const changes = event === "RESCHEDULED" || event === "MODIFIED" || event === "BOOKED";

  const send = async (event_type: string, change: { wall_clock?: string; location?: string } = {}) => {
    setRefused(null);
    const taken = await simulate(
      "sim_visit",
      { ...nextEvent(row.appointment_id, event_type), ...change },
      (error) => {
        if (error.field !== "wall_clock" && error.field !== "location") return false;
        setRefused(error);
        return true;
      },
    );
    if (!taken) return;
    say(taken.said);
    setWhen(null);
    setLocation(null);
  };
  const errorOf = (name: string) => (refused?.field === name ? refused.what_happened : undefined);

  return (
    <section className={styles.card} aria-labelledby="simv-ehr">
      <header>
        <h2 id="simv-ehr">{t("simv.ehr")}</h2>
        <p>
          {row.request === "none"
            ? t("simv.ehr_words")
            : t("simv.ehr_answer", { what: word("visit_request", row.request.toUpperCase()) })}
        </p>
      </header>
      <div className={styles.answers}>
        <Button data-testid="simv-ehr-confirmed" onPress={() => void send("CONFIRMED")}>
          {t("simv.answer_confirmed")}
        </Button>
        <Button data-testid="simv-ehr-canceled" onPress={() => void send("CANCELED")}>
          {t("simv.answer_canceled")}
        </Button>
      </div>
      <form
        className={styles.form}
        noValidate
        onSubmit={(submitted) => {
          submitted.preventDefault();
          void send(
            event,
            changes
              ? {
                  wall_clock: when ?? "",
                  location: location ?? "",
                }
              : {},
          );
        }}
      >
        <Select
          label={t("simv.event")}
          value={event}
          onChange={setEvent}
          options={EVENTS.map((one) => ({ id: one as string, label: one }))}
        />
        {changes && (
          <div className={styles.pair}>
            <TextField
              label={t("simv.new_time")}
              type="datetime-local"
              value={when ?? wallClock(row)}
              onChange={setWhen}
              error={errorOf("wall_clock")}
            />
            <TextField
              label={t("simv.new_place")}
              value={location ?? row.location}
              onChange={setLocation}
              error={errorOf("location")}
            />
          </div>
        )}
        <Button type="submit" data-testid="simv-send" icon={<IconSend size={16} aria-hidden="true" />}>
          {t("simv.send_event", { event })}
        </Button>
      </form>
    </section>
  );
}
