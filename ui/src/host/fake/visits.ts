// Visits of the made-up day, in every state, and the visits simulator over them. Development only.

import type { Commands } from "../../generated/Commands";
import type { MessageView } from "../../generated/MessageView";
import type { NoticeKind } from "../../generated/NoticeKind";
import type { PlannedText } from "../../generated/PlannedText";
import type { SimVisitOutcome } from "../../generated/SimVisitOutcome";
import type { TimelineLine } from "../../generated/TimelineLine";
import type { VisitRequestView } from "../../generated/VisitRequestView";
import type { VisitRow } from "../../generated/VisitRow";
import type { VisitTask } from "../../generated/VisitTask";
import { HostError } from "../host";
import { iso, line } from "./day";
import type { Someone } from "./people";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PROVIDERS = ["Dr. Francis Diaz", "Dr. Ingrid Sato", "Dr. Peter Amara", "Dr. Rosa Whitlock"];
const PLACES = ["Pacific Primary Care", "Main Clinic", "North Annex", "Heart Center"];

type Names = "visits" | "visit" | "sim_visits" | "sim_visit" | "sim_visit_reminder" | "sim_visit_answer" | "sim_ehr";
type Handlers = { [K in Names]: (args: Commands[K]["args"]) => Commands[K]["reply"] };

interface Visit {
  row: VisitRow;
  phone: string;
  talk: MessageView[];
  history: TimelineLine[];
  requests: VisitRequestView[];
  tasks: VisitTask[];
  texted: number;
}

const clock = (at: number) => new Date(at).toLocaleTimeString("en-US", { hour: "numeric", minute: "2-digit" });
const dayOf = (at: number) => new Date(at).toLocaleDateString("en-CA");
const moment = (at: number) => new Date(at).toLocaleString("en-US", { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
const text = (at: number, purpose: string, body: string): MessageView => ({
  at: iso(at),
  from_patient: false,
  body,
  purpose,
  status: "delivered",
  why: null,
  read_as: null,
});

function made(someone: Someone, id: string, at: number, n: number, change: Partial<VisitRow>): Visit {
  const booked = at - 6 * 24 * HOUR;
  const row: VisitRow = {
    appointment_id: id,
    patient: someone.brief,
    starts_at: iso(at),
    day: dayOf(at),
    local_time: clock(at),
    offset: "-0500",
    provider: PROVIDERS[n % PROVIDERS.length] as string,
    location: PLACES[(n * 3) % PLACES.length] as string,
    service: "",
    state: "QUEUED",
    confirmed: false,
    request: "none",
    request_state: null,
    next: null,
    untextable: someone.phone ? null : "no mobile number",
    needs: 0,
    ...change,
  };
  const name = someone.brief.name.split(", ").reverse().join(" ");
  return {
    row,
    phone: someone.phone ?? "",
    texted: booked,
    talk: someone.phone
      ? [
          text(
            booked,
            "booked",
            `Careloop Clinic: ${name}, your appointment with ${row.provider} at ${row.local_time} at ${row.location} is booked. Reply CANCEL APPT to cancel.`,
          ),
        ]
      : [],
    history: [line(booked, "appointment", `Booked for ${row.local_time}`, null)],
    requests: [],
    tasks: [],
  };
}

function plan(v: Visit): PlannedText[] {
  const start = Date.parse(v.row.starts_at);
  const over = ["CANCELED", "NOSHOWED"].includes(v.row.state);
  const sent = v.row.state === "REMINDED-2" || v.row.state === "EXPIRED" ? 2 : v.row.state === "REMINDED-1" ? 1 : 0;
  return [48, 24].map((hours, i) => {
    const due = start - hours * HOUR;
    const held = i === 1 && v.row.next?.held;
    const goes = held ? due + 11 * HOUR : due;
    const state = sent > i ? "sent" : over ? "will_not" : v.row.untextable ? "will_not" : held ? "held" : "scheduled";
    const why = over ? "canceled" : v.row.untextable ? "no_mobile" : held ? "quiet_hours" : null;
    const sentence =
      state === "sent"
        ? `Sent ${moment(due)}.`
        : state === "held"
          ? `Due ${moment(due)}; held until ${moment(goes)}: quiet hours.`
          : state === "will_not"
            ? `Will not be sent: ${over ? "the visit is canceled" : "no mobile number"}.`
            : `Goes ${moment(due)}.`;
    return {
      which: `reminder_${i + 1}`,
      state,
      due: iso(due),
      goes: state === "will_not" ? null : iso(goes),
      due_local: moment(due),
      goes_local: state === "will_not" ? null : moment(goes),
      why,
      sentence,
    };
  });
}

const refuse = (code: string, what: string, field: string | null = null) =>
  new HostError({
    code,
    title: field ? "Please check one field" : "Not possible now",
    what_happened: what,
    what_to_do: "Correct it and send it again.",
    retryable: false,
    field,
  });

/** The commands about visits; `empty` has none. */
export function visitHandlers(everybody: Someone[], empty: boolean, tell: (kind: NoticeKind) => void): Handlers {
  const visits = new Map<string, Visit>();
  let ehr = { answers: false, after: 8 };
  let made_up = 0;
  const changed = () => tell({ type: "visits" });
  const add = (v: Visit) => visits.set(v.row.appointment_id, v);

  if (!empty) {
    const midnight = new Date();
    midnight.setHours(0, 0, 0, 0);
    const now = Date.now();
    const states: Partial<VisitRow>[] = [
      { state: "REMINDED-2", confirmed: true },
      { state: "REMINDED-2" },
      { state: "REMINDED-2", request: "cancel", request_state: "sent" },
      { state: "CANCELED" },
      { state: "REMINDED-1", request: "confirm", request_state: "failed" },
      { state: "NOSHOWED" },
      { state: "REMINDED-2", confirmed: true },
      { state: "QUEUED" },
    ];
    for (let i = 0; i < 26; i += 1) {
      const at = midnight.getTime() + (8 * 60 + i * 20) * MINUTE;
      const change = { ...states[i % states.length] };
      if (at < now && change.state?.startsWith("REMINDED")) change.state = "EXPIRED";
      if (change.state === "QUEUED") change.next = { what: "reminder_2", due: iso(now + (i + 2) * 7 * MINUTE), held: i % 2 ? "quiet hours" : null };
      const v = made(everybody[i] as Someone, `A${2_000 + i}`, at, i, change);
      if (change.request === "cancel") {
        v.talk.push({ ...text(at - 20 * HOUR, "reply", "CANCEL APPT"), from_patient: true, status: "received", read_as: "CANCEL APPT: asks to cancel" });
        v.requests.push(request("CANCEL", at - 20 * HOUR, "sent"));
      }
      if (change.request === "confirm")
        v.requests.push({ ...request("CONFIRM", at - 9 * HOUR, "failed"), attempts: 3, next_try_at: iso(now + 2 * MINUTE), problem: "The EHR answers 503." });
      if (i === 9 || i === 2) {
        v.row.needs = 1;
        v.tasks.push({
          row: `t${400 + i}`,
          appointment_id: v.row.appointment_id,
          patient: v.row.patient,
          title: i === 9 ? "A message gives two times for one visit" : "The answer was not understood",
          detail: i === 9 ? "The message gives times that do not agree (SCH-11 15:00, AIS-4 16:00): nobody is texted." : 'Not understood: "maybe later".',
          since: iso(now - 14 * MINUTE),
          holder: null,
        });
      }
      add(v);
    }
    add(
      made(everybody[27] as Someone, "A2100", midnight.getTime() + 33 * HOUR, 2, {
        next: { what: "reminder_2", due: iso(now + 3 * HOUR), held: null },
        state: "REMINDED-1",
      }),
    );
  }

  function request(event_type: string, at: number, state: string): VisitRequestView {
    return {
      event_type,
      at: iso(at),
      via: "json",
      state,
      attempts: 0,
      next_try_at: null,
      problem: null,
      sent_at: state === "sent" ? iso(at + 400) : null,
      answered_at: null,
    };
  }

  const known = (id: string) => {
    const v = visits.get(id);
    if (!v) throw refuse("not_found", "That visit is not there any more.");
    return v;
  };
  const outcome = (said: string, appointment_id: string): SimVisitOutcome => ({ outcome: "kept", said, appointment_id });
  const fits = (row: VisitRow, filter: string) =>
    filter === "all" ||
    (filter === "needs_person" && row.needs > 0) ||
    (filter === "requested" && row.request !== "none") ||
    (filter === "confirmed" && row.confirmed) ||
    row.state.toLowerCase().startsWith(filter);

  function settle(v: Visit, event: string) {
    const at = Date.now();
    v.row.request = "none";
    v.row.request_state = null;
    if (event === "CONFIRMED") v.row.confirmed = true;
    else if (event === "NOSHOWED" || event === "CANCELED") v.row.state = event;
    const last = v.requests.at(-1);
    if (last) Object.assign(last, { state: "answered", answered_at: iso(at) });
    v.talk.push(text(at, event.toLowerCase(), `Careloop Clinic: your appointment is ${event.toLowerCase()}.`));
    v.history.push(line(at, "appointment", `${event} by the EHR`, null));
    changed();
  }

  return {
    visits: ({ day, search, filter }) => {
      const today = dayOf(Date.now());
      const all = [...visits.values()].map((v) => v.row).sort((a, b) => a.starts_at.localeCompare(b.starts_at));
      const wanted = search.trim().toLowerCase();
      const ofDay = all.filter((row) => row.day === (day || today));
      const found = wanted
        ? all.filter((row) => `${row.patient.name} ${row.patient.mrn} ${row.appointment_id}`.toLowerCase().includes(wanted))
        : filter === "needs_person"
          ? all
          : ofDay;
      const n = (f: string) => ofDay.filter((row) => fits(row, f)).length;
      return {
        now: iso(Date.now()),
        today,
        day: day || today,
        rows: found.filter((row) => fits(row, filter)),
        next: null,
        too_many: false,
        counts: {
          all: ofDay.length,
          queued: n("queued"),
          reminded: n("reminded"),
          requested: n("requested"),
          confirmed: n("confirmed"),
          canceled: n("canceled"),
          noshowed: n("noshowed"),
          expired: n("expired"),
          needs_person: all.filter((row) => row.needs > 0).length,
        },
        loose: [],
      };
    },
    visit: ({ appointment_id }) => {
      const v = known(appointment_id);
      return {
        row: v.row,
        now: iso(Date.now()),
        summary:
          v.row.request === "cancel"
            ? `${v.row.patient.name} asked to cancel. The visit stands until the EHR answers.`
            : v.row.next
              ? `The next text goes ${moment(Date.parse(v.row.next.due))}.`
              : "No more texts before the visit.",
        phone: v.phone || null,
        callback_phone: "+12025550190",
        language: "en",
        time_zone: "America/New_York",
        zone_assumed: v.row.appointment_id.endsWith("3"),
        local_time: clock(Date.now()),
        plan: plan(v),
        conversation: v.talk,
        requests: v.requests,
        history: v.history,
        tasks: v.tasks,
      };
    },
    sim_visits: () => ({
      now: iso(Date.now()),
      blank: {
        provider_first_name: "Francis",
        provider_last_name: "Diaz",
        callback_phone: "+12025550190",
        location: "Pacific Primary Care",
        wall_clock: `${dayOf(Date.now() + 24 * HOUR)}T15:00`,
        offset: "-0500",
      },
      visits: [...visits.values()]
        .filter((v) => v.row.appointment_id.startsWith("SIM-"))
        .reverse()
        .map((v) => {
          const until = v.texted + 2 * MINUTE;
          const waits = Date.now() < until;
          const over = ["CANCELED", "NOSHOWED"].includes(v.row.state);
          return {
            row: v.row,
            phone: v.phone,
            messages: v.talk,
            requests: v.requests,
            reminder: {
              which: waits || over ? null : "reminder_1",
              why: over ? "canceled" : waits ? "gap" : null,
              sentence: over
                ? "The reminder may not go: the visit is canceled."
                : waits
                  ? "The patient was just texted: the reminder is offered two minutes after that."
                  : "The first reminder may go now.",
              until: waits && !over ? iso(until) : null,
            },
          };
        }),
      ehr_answers: ehr.answers,
      ehr_answers_after_seconds: ehr.after,
    }),
    sim_visit: (args) => {
      if (args.appointment_id) {
        settle(known(args.appointment_id), args.event_type);
        return outcome(`${args.event_type} taken.`, args.appointment_id);
      }
      if (!args.first_name.trim()) throw refuse("invalid", "The patient needs a first name.", "first_name");
      if (!args.last_name.trim()) throw refuse("invalid", "The patient needs a last name.", "last_name");
      if (!/^\+[1-9]\d{6,14}$/.test(args.phone)) throw refuse("invalid", "This is not a mobile number.", "phone");
      made_up += 1;
      const id = `SIM-${made_up}`;
      const brief = { mrn: `SIM-P${made_up}`, name: `${args.last_name}, ${args.first_name}`, birth_date: null, case_id: "CL-0000-0000" };
      const v = made({ brief, phone: args.phone, language: "en", zone: "America/New_York" }, id, Date.parse(args.wall_clock), 0, {});
      v.texted = Date.now();
      for (const m of v.talk) m.at = iso(v.texted);
      v.row.next = { what: "reminder_1", due: iso(v.texted + 2 * MINUTE), held: null };
      add(v);
      changed();
      return outcome("BOOKED taken.", id);
    },
    sim_visit_reminder: ({ appointment_id }) => {
      const v = known(appointment_id);
      if (Date.now() < v.texted + 2 * MINUTE) throw refuse("too_late", "The patient was just texted: the reminder is offered two minutes after that.");
      v.texted = Date.now();
      v.row.state = "REMINDED-1";
      v.talk.push(text(v.texted, "reminder_1", "Careloop Clinic: reminder. Reply CONFIRM APPT to confirm or CANCEL APPT to cancel."));
      changed();
      return outcome("The reminder is on its way.", appointment_id);
    },
    sim_visit_answer: ({ appointment_id, text: said }) => {
      const v = known(appointment_id);
      const asks = /^cancel appt$/i.test(said.trim()) ? "cancel" : /^confirm appt$/i.test(said.trim()) ? "confirm" : null;
      v.talk.push({ ...text(Date.now(), "reply", said), from_patient: true, status: "received", read_as: asks ?? "not understood" });
      if (asks) {
        v.row.request = asks;
        v.row.request_state = "sent";
        v.requests.push(request(asks.toUpperCase(), Date.now(), "sent"));
        if (ehr.answers) window.setTimeout(() => settle(v, asks === "cancel" ? "CANCELED" : "CONFIRMED"), ehr.after * 1_000);
      }
      changed();
      return outcome(asks ? "The EHR is asked." : "Not understood.", appointment_id);
    },
    sim_ehr: ({ answers, after_seconds }) => {
      ehr = { answers, after: after_seconds };
      changed();
      return outcome(answers ? `The EHR answers after ${after_seconds} seconds.` : "The EHR answers nothing by itself.", "");
    },
  };
}
