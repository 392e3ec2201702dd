// A made-up day: episodes that open, wait, are answered and closed. Development only.

import type { EpisodeDetail } from "../../generated/EpisodeDetail";
import type { Lamp } from "../../generated/Lamp";
import type { SeverityView } from "../../generated/SeverityView";
import type { TimelineLine } from "../../generated/TimelineLine";
import type { TrendPoint } from "../../generated/TrendPoint";
import type { WorklistRow } from "../../generated/WorklistRow";
import { type Someone, seeded } from "./people";

const MINUTE = 60_000;
export const iso = (at: number) => new Date(at).toISOString();

export interface Kind {
  vital: string;
  unit: string;
  high: number | null;
  low: number | null;
  usual: number;
  sway: number;
}

export const KINDS: Record<string, Kind> = {
  bp: { vital: "bp", unit: "mmHg", high: 160, low: null, usual: 138, sway: 12 },
  glucose: { vital: "glucose", unit: "mg/dL", high: 300, low: 55, usual: 168, sway: 46 },
  weight: { vital: "weight", unit: "lb", high: null, low: null, usual: 181, sway: 1.2 },
  spo2: { vital: "spo2", unit: "%", high: null, low: 90, usual: 95, sway: 1.6 },
  heart_rate: { vital: "heart_rate", unit: "/min", high: null, low: null, usual: 74, sway: 8 },
};

export function severityOf(vital: string, value: number): SeverityView {
  const kind = KINDS[vital] as Kind;
  if (vital === "spo2" && value < 88) return "critical";
  if (vital === "glucose" && value < 55) return "critical";
  if (kind.high !== null && value > kind.high) return value >= kind.high * 1.2 ? "critical" : "abnormal";
  if (kind.low !== null && value < kind.low) return value <= kind.low * 0.8 ? "critical" : "abnormal";
  return "info";
}

export function history(vital: string, seed: number, now: number, last: number, days = 12): TrendPoint[] {
  const kind = KINDS[vital] as Kind;
  const random = seeded(seed);
  const points: TrendPoint[] = [];
  for (let i = days; i >= 1; i -= 1) {
    // A gap of three days now and then stays a gap.
    if (seed % 4 === 1 && i > 4 && i < 8) continue;
    const drift = vital === "weight" ? (days - i) * 0.06 : 0;
    const value = Math.round((kind.usual + drift + (random() - 0.5) * 2 * kind.sway) * 10) / 10;
    const shown = vital === "weight" ? value : Math.round(value);
    points.push({
      at: iso(now - i * 24 * 60 * MINUTE + Math.floor(random() * 90 * MINUTE)),
      value: shown,
      second: vital === "bp" ? Math.round(shown * 0.6) : null,
      severity: severityOf(vital, shown),
      hollow: false,
    });
  }
  points.push({
    at: iso(now),
    value: last,
    second: vital === "bp" ? Math.round(last * 0.51) : null,
    severity: severityOf(vital, last),
    hollow: false,
  });
  return points;
}

export interface Episode {
  row: WorklistRow;
  someone: Someone | null;
  detail: Omit<EpisodeDetail, "row" | "now">;
}

let lineSeq = 1;

export function line(at: number, kind: string, title: string, reason: string | null = null, by: string | null = null): TimelineLine {
  const seq = lineSeq++;
  return {
    seq,
    at: iso(at),
    kind,
    title,
    reason,
    by,
    raw: JSON.stringify({ at: iso(at), seq, kind, ...(reason ? { reason } : {}) }),
  };
}

export function lamps(opened: number, patient: Partial<Lamp>, clinician: Partial<Lamp>, charted: Partial<Lamp> = {}): Lamp[] {
  const lamp = (which: string, rest: Partial<Lamp>): Lamp => ({
    which,
    state: "to_come",
    at: null,
    due: null,
    why: null,
    ...rest,
  });
  return [
    lamp("received", { state: "done", at: iso(opened) }),
    lamp("judged", { state: "done", at: iso(opened) }),
    lamp("patient", patient),
    lamp("clinician", clinician),
    lamp("charted", charted),
  ];
}

const OPEN_KEYS = ["A", "C", "S", "T", "P", "N", "L", "1", "2", "3", "4", "5"];

const CHECKS: Record<string, string> = {
  bp: "Your blood pressure reading is {v}. Are you feeling lightheaded, chest pain or a change in vision? Reply YES or NO. In an emergency call 911.",
  glucose: "Your glucose reading is {v}. Are you feeling shaky, confused or very thirsty? Reply YES or NO. In an emergency call 911.",
  weight: "Your weight is {v} lb, up since yesterday. Are you short of breath or swollen? Reply YES or NO. In an emergency call 911.",
  spo2: "Your oxygen reading is {v}%. Are you short of breath or dizzy? Reply YES or NO. In an emergency call 911.",
  heart_rate: "Your pulse is {v}.",
};

export function episode(id: string, someone: Someone, vital: string, value: number, opened: number, now: number, seed: number): Episode {
  const kind = KINDS[vital] as Kind;
  const severity = vital === "weight" ? (value >= 185 ? "critical" : "abnormal") : severityOf(vital, value);
  const up = kind.high === null ? vital === "weight" : value > kind.high;
  const limit = up ? kind.high : kind.low;
  const points = history(vital, seed, opened, value);
  const shown = vital === "bp" ? `${value}/${points.at(-1)?.second}` : String(value);
  const distance = limit ? `${value > limit ? "+" : "−"}${Math.abs(Math.round(((value - limit) / limit) * 100))} %` : "+0.8 lb";
  const name = someone.brief.name.split(", ").reverse().join(" ");
  const critical = severity === "critical";
  const waits = opened + (critical ? 5 : 15) * MINUTE;
  const limitWords = vital === "weight" ? "gain limit 3 lb in 24 h" : `limit ${limit}`;
  const last = points.at(-1) as TrendPoint;
  if (vital === "weight") last.severity = severity;
  const row: WorklistRow = {
    id,
    seq: 0,
    patient: someone.brief,
    vital,
    severity,
    state: critical ? "paged" : "open",
    unacknowledged: true,
    group: "now",
    order: 0,
    headline: `${{ bp: "Systolic", glucose: "Glucose", weight: "Weight", spo2: "Oxygen", heart_rate: "Pulse" }[vital]} ${value} ${up ? "above" : "below"} the ${limitWords}`,
    next_sentence: critical
      ? "Dr. Kim has been paged. If nobody acknowledges in time, the console alarms again."
      : `${name} has been asked about symptoms; without an answer Dr. Kim is paged.`,
    value: {
      text: shown,
      unit: kind.unit,
      arrow: up ? "up" : "down",
      limit: limitWords,
      distance,
      flag: null,
    },
    opened_at: iso(opened),
    latest_at: iso(opened),
    lamps: lamps(
      opened,
      someone.phone ? { state: "running", at: iso(opened), due: iso(opened + 15 * MINUTE) } : { state: "impossible", why: "no mobile number" },
      critical ? { state: now > waits ? "late" : "running", at: iso(opened), due: iso(waits) } : {},
    ),
    holder: null,
    shelf: null,
    next: { what: critical ? "ack_due" : "page", due: iso(waits) },
    spark: points.slice(-9),
    band: { low: kind.low, high: kind.high, second_low: null, second_high: vital === "bp" ? 100 : null },
    marks: someone.phone ? [] : ["no mobile number"],
    appointment_id: null,
    allowed: OPEN_KEYS,
  };
  const check = (CHECKS[vital] as string).replace("{v}", shown);
  return {
    someone,
    row,
    detail: {
      phone: someone.phone,
      language: someone.language,
      time_zone: someone.zone,
      zone_assumed: seed % 9 === 4,
      local_time: new Date(now).toLocaleTimeString("en-US", {
        hour: "numeric",
        minute: "2-digit",
        timeZone: someone.zone,
      }),
      opted_out: false,
      status: "active",
      trend: [...history(vital, seed + 3, opened - 12 * 1440 * MINUTE, points[0]?.value ?? kind.usual, 14).slice(0, -1), ...points],
      marks: someone.phone
        ? [
            { at: iso(opened + 1_000), kind: "text", label: "Symptom check" },
            ...(critical ? [{ at: iso(opened + 2_000), kind: "page", label: "Dr. Kim paged" }] : []),
          ]
        : [],
      conversation: someone.phone
        ? [
            {
              at: iso(opened + 1_200),
              from_patient: false,
              body: check,
              purpose: "symptom_check",
              status: "delivered",
              why: null,
              read_as: null,
            },
          ]
        : [],
      timeline: [
        line(opened, "intake", `Reading ${shown} ${kind.unit} received`, "device cloud, FHIR Observation, LOINC 85354-9"),
        line(
          opened + 40,
          "verdict",
          critical ? "Judged critical" : "Judged abnormal",
          `${shown} against ${limitWords}, ${distance}; rule: beyond ${critical ? "by 20 % or more" : "the limit"}`,
        ),
        ...(someone.phone
          ? [line(opened + 1_200, "sms", "Symptom check sent", "Twilio took it in 0.4 s; delivered")]
          : [line(opened + 1_200, "sms", "No text possible", "no mobile number on record")]),
        ...(critical ? [line(opened + 1_400, "page", "Dr. Kim paged", "critical: text and page at once; PagerDuty proved the incident after 3 s")] : []),
      ],
      pages: critical
        ? [
            {
              step: 1,
              at: iso(opened + 1_400),
              urgency: "High",
              reason: "critical",
              status: "proven",
              by: null,
            },
          ]
        : [],
      writes: [],
      notes: [],
      guidance: critical
        ? `Call ${name} now. If there is chest pain, confusion or trouble breathing, call 911 for the patient.`
        : `${name} has been texted. Watch for the answer; call if the next reading is worse.`,
      draft_text: `This is the care team. We saw your reading of ${shown}. Please sit down, rest five minutes and measure again.`,
      others: [],
      shadow: false,
      judgement: null,
    },
  };
}
