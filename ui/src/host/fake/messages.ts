// Messages without an engine: a stuck chart, a parked write, a refused text and a record in quarantine.

import type { Commands } from "../../generated/Commands";
import type { MessageRow } from "../../generated/MessageRow";
import { iso } from "./day";
import type { Someone } from "./people";

const MESSAGES = [
  "messages",
  "message",
  "message_send_again",
  "message_park",
  "message_unpark",
  "message_edit",
  "reprocess_edited",
  "announce_maintenance",
  "stop_sending",
  "end_downtime",
] as const;
type Handlers = { [K in (typeof MESSAGES)[number]]: (args: Commands[K]["args"]) => Commands[K]["reply"] };

const MINUTE = 60_000;

export function messages(everybody: Someone[], empty: boolean): Handlers {
  const rows: MessageRow[] = empty ? [] : made(everybody);
  const done = (said: string) => ({ said, undo: null });
  const found = (id: number) => rows.find((row) => row.id === id) as MessageRow;
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  const become = (id: number, state: string, may: string[]) => {
    Object.assign(found(id), { state, may });
  };
  return {
    messages: ({ group, vendor, before }) => ({
      rows: rows.filter(
        (row) =>
          (group === "all" || group === "attention" ? row.state !== "sent" || group === "all" : row.state === group) &&
          (vendor === "" || row.vendor === vendor) &&
          (before === null || row.id < before),
      ),
      more: null,
      counts: {
        waiting: count("waiting"),
        blocked: count("blocked"),
        parked: count("parked"),
        quarantined: count("quarantined"),
      },
    }),
    message: ({ id }) => ({
      row: found(id),
      parts: [
        { name: "do", value: "chart" },
        { name: "purpose", value: "note" },
        { name: "body.text", value: "Called. Will recheck tomorrow." },
      ],
      exchanges: [
        {
          at: iso(Date.now() - 4 * MINUTE),
          line: "POST /r4/DocumentReference",
          request: '{"resourceType":"DocumentReference"}',
          status: 503,
          response: "",
        },
      ],
      to: "+12025550101",
      text: "Your visit is tomorrow.",
      body: found(id).incoming ? '{"resourceType":"Observation"}' : null,
      detail: null,
      masked: false,
    }),
    message_send_again: ({ id }) => {
      become(id, "waiting", ["send_again", "park"]);
      return done("It is tried again in 10 seconds.");
    },
    message_park: ({ id }) => {
      become(id, "parked", ["unpark"]);
      return done("Parked. It waits until somebody lets it go.");
    },
    message_unpark: ({ id }) => {
      become(id, "waiting", ["send_again", "park"]);
      return done("It goes out in 10 seconds.");
    },
    message_edit: () => done("Corrected. It goes out in 10 seconds."),
    reprocess_edited: () => done("It could be used now."),
    announce_maintenance: () => done("Maintenance is announced."),
    stop_sending: () => done("Sending is stopped."),
    end_downtime: () => done("Sending goes on: what waited leaves now."),
  };
}

function made(everybody: Someone[]): MessageRow[] {
  const row = (id: number, what: string, state: string, rest: Partial<MessageRow>): MessageRow => ({
    id,
    incoming: false,
    vendor: "cerner",
    label: "Cerner",
    what,
    state,
    at: iso(Date.now() - (60 - id) * MINUTE),
    patient: everybody[id % everybody.length]?.brief ?? null,
    appointment_id: null,
    attempts: 0,
    next_try_at: null,
    maintenance_until: null,
    stopped: false,
    problem: null,
    may: [],
    ...rest,
  });
  return [
    row(44, "Note", "waiting", { attempts: 6, next_try_at: iso(Date.now() + 3 * MINUTE), problem: "answer 503", may: ["send_again", "park"] }),
    row(41, "No unit", "quarantined", { incoming: true, vendor: "fhir", label: "Device", may: ["reprocess", "set_aside"] }),
    row(38, "Visit booked", "failed", { vendor: "twilio", label: "Twilio", problem: "The number cannot take texts.", may: ["send_again", "edit"] }),
    row(35, "Minutes", "parked", { problem: null, may: ["unpark"] }),
    row(30, "Page: critical", "sent", { vendor: "pagerduty", label: "PagerDuty" }),
  ];
}
