// What the Connections screen shows in the made-up day. Development only.

import type { ConnectionsView } from "../../generated/ConnectionsView";
import type { QuarantineRow } from "../../generated/QuarantineRow";
import type { VendorHealth } from "../../generated/VendorHealth";
import { iso } from "./day";
import type { Someone } from "./people";

const MINUTE = 60_000;

/** Records that could not be used. */
export function heldBack(everybody: Someone[]): QuarantineRow[] {
  return [
    {
      id: 3,
      at: iso(Date.now() - 26 * MINUTE),
      source: "device cloud",
      reason: "no_unit",
      field: "Observation.valueQuantity.code",
      detail: "The weight 82.4 has no unit. Ask the device cloud to send one; it is never guessed.",
      patient: (everybody[5] as Someone).brief,
      body: '{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"29463-7"}]},"valueQuantity":{"value":82.4}}',
      state: "waiting",
    },
    {
      id: 2,
      at: iso(Date.now() - 90 * MINUTE),
      source: "device cloud",
      reason: "unknown_patient",
      field: "Observation.subject.identifier.value",
      detail: "No patient has the MRN 9918822. Import the patient, then try again.",
      patient: null,
      body: '{"resourceType":"Observation","status":"final","subject":{"identifier":{"value":"9918822"}}}',
      state: "waiting",
    },
    {
      id: 1,
      at: iso(Date.now() - 200 * MINUTE),
      source: "appointments",
      reason: "unreadable",
      field: "appointment_timezone",
      detail: "The time zone “PDT” is not an offset such as -0700.",
      patient: null,
      body: '{"event_type":"BOOKED","appointment_timezone":"PDT"}',
      state: "set_aside",
    },
  ];
}

interface Held {
  vendors: VendorHealth[];
  quarantine: QuarantineRow[];
  everybody: Someone[];
  freshest: number | null;
  empty: boolean;
}

export function connections({ vendors, quarantine, everybody, freshest, empty }: Held): ConnectionsView {
  return {
    vendors,
    hooks: [
      {
        name: "FHIR readings",
        url: "http://127.0.0.1:7410/hooks/k_3f9aX2mQ7/fhir",
        received_today: 1_204,
        refused_today: 2,
        last_at: freshest ? iso(freshest) : null,
      },
      {
        name: "Twilio inbound",
        url: "http://127.0.0.1:7410/hooks/k_3f9aX2mQ7/twilio/inbound",
        received_today: 31,
        refused_today: 0,
        last_at: iso(Date.now() - 16 * MINUTE),
      },
      {
        name: "Twilio status",
        url: "http://127.0.0.1:7410/hooks/k_3f9aX2mQ7/twilio/status",
        received_today: 122,
        refused_today: 0,
        last_at: iso(Date.now() - 80_000),
      },
      {
        name: "PagerDuty",
        url: "http://127.0.0.1:7410/hooks/k_3f9aX2mQ7/pagerduty",
        received_today: 18,
        refused_today: 1,
        last_at: iso(Date.now() - 12 * MINUTE),
      },
      {
        name: "Appointments",
        url: "http://127.0.0.1:7410/hooks/k_3f9aX2mQ7/appointments",
        received_today: 64,
        refused_today: 1,
        last_at: iso(Date.now() - 200 * MINUTE),
      },
    ],
    quarantine,
    drift: empty
      ? []
      : [
          {
            source: "device cloud",
            first_seen_at: iso(Date.now() - 190 * MINUTE),
            added: ["Observation.device.display", "Observation.method.text"],
            removed: ["Observation.bodySite"],
          },
        ],
    refused: [
      { reason: "bad signature", count: 1 },
      { reason: "unknown key", count: 2 },
    ],
    queue: vendors
      .filter((v) => v.queued > 0)
      .flatMap((v) => [
        {
          id: 41,
          vendor: v.vendor,
          what: "note",
          patient: (everybody[2] as Someone).brief,
          since: iso(Date.now() - 4 * MINUTE),
          attempts: 4,
          next_try_at: iso(Date.now() + 52_000),
          state: "owed",
          problem: "503 Service Unavailable",
        },
        {
          id: 42,
          vendor: v.vendor,
          what: "flowsheet",
          patient: (everybody[2] as Someone).brief,
          since: iso(Date.now() - 4 * MINUTE),
          attempts: 0,
          next_try_at: null,
          state: "owed",
          problem: null,
        },
        {
          id: 44,
          vendor: v.vendor,
          what: "reviewed",
          patient: (everybody[8] as Someone).brief,
          since: iso(Date.now() - 2 * MINUTE),
          attempts: 1,
          next_try_at: null,
          state: "blocked",
          problem: "The flowsheet code is not set.",
        },
      ]),
    sweep: { seconds: 26.4, at: new Date(Date.now() - 90_000).toISOString(), patients: 42, slow: false },
    away: {
      from: new Date(Date.now() - 3 * 3_600_000).toISOString(),
      until: new Date(Date.now() - 2.2 * 3_600_000).toISOString(),
      why: "asleep",
      items: [
        {
          due: new Date(Date.now() - 2.8 * 3_600_000).toISOString(),
          what: "wait for an answer",
          became: "looked_up",
          until: null,
          patient: null,
          appointment_id: "A-1182",
          row: null,
        },
        {
          due: new Date(Date.now() - 2.6 * 3_600_000).toISOString(),
          what: "reminder",
          became: "sent_late",
          until: null,
          patient: null,
          appointment_id: "A-1204",
          row: null,
        },
        {
          due: new Date(Date.now() - 2.4 * 3_600_000).toISOString(),
          what: "acknowledgement of a page",
          became: "alarmed",
          until: null,
          patient: null,
          appointment_id: null,
          row: null,
        },
      ],
      more: 0,
    },
    zone_data: "2026e",
    key_home: "keyring",
    mllp: {
      address: "127.0.0.1:2575",
      received_today: empty ? 0 : 118,
      refused_today: empty ? 0 : 2,
      last_at: empty ? null : iso(Date.now() - 2 * MINUTE),
      last_answer: empty ? null : "AE",
      last_why: empty ? null : "PID-3: PID-3 is missing: the patient's number.",
    },
  };
}
