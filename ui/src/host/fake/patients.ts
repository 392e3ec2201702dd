// Patients and limits of the desk without an engine: everything works, nothing is kept.

import type { LimitChangeView } from "../../generated/LimitChangeView";
import type { LimitColumn } from "../../generated/LimitColumn";
import type { PatientPage } from "../../generated/PatientPage";
import type { PatientRow } from "../../generated/PatientRow";
import type { PatientsArgs } from "../../generated/PatientsArgs";
import type { PatientsView } from "../../generated/PatientsView";
import type { PersonalArgs } from "../../generated/PersonalArgs";
import type { SavedLimits } from "../../generated/SavedLimits";
import type { SetLimitsArgs } from "../../generated/SetLimitsArgs";
import type { StatArgs } from "../../generated/StatArgs";
import type { TextsArgs } from "../../generated/TextsArgs";
import type { TrendPoint } from "../../generated/TrendPoint";
import { HostError } from "../host";
import { iso } from "./day";
import { type Someone, seeded } from "./people";

const DAY = 86_400_000;

const column = (
  name: string,
  vital: string,
  unit: string,
  standard: string | null,
  least: number,
  most: number,
  pair?: { below?: string; above?: string },
): LimitColumn => ({
  name,
  vital,
  unit,
  default: standard,
  least,
  most,
  below: pair?.below ?? null,
  above: pair?.above ?? null,
});

const LIMITS: LimitColumn[] = [
  column("systolic_high", "bp", "mmHg", "160", 80, 260, { above: "systolic_low" }),
  column("systolic_low", "bp", "mmHg", null, 50, 200, { below: "systolic_high" }),
  column("diastolic_high", "bp", "mmHg", "100", 40, 160, { above: "diastolic_low" }),
  column("diastolic_low", "bp", "mmHg", null, 30, 130, { below: "diastolic_high" }),
  column("glucose_high", "glucose", "mg/dL", "300", 80, 600, { above: "glucose_low" }),
  column("glucose_low", "glucose", "mg/dL", "55", 40, 200, { below: "glucose_high" }),
  column("weight_gain_24h_lb", "weight", "lb", "3", 1, 30),
  column("weight_gain_7d_lb", "weight", "lb", "5", 1, 50),
  column("spo2_floor", "spo2", "%", "90", 60, 99),
  column("heart_rate_high", "heart_rate", "/min", null, 60, 250, { above: "heart_rate_low" }),
  column("heart_rate_low", "heart_rate", "/min", null, 20, 120, { below: "heart_rate_high" }),
];

const CLINICIANS = ["Dr. Irene Kim", "Dr. Paul Okafor"];
const done = (said: string) => ({ said, undo: null });

function refuse(field: string, what: string): never {
  throw new HostError({
    code: "invalid",
    title: "Please check one field",
    what_happened: what,
    what_to_do: "Correct it and send it again.",
    retryable: false,
    field,
  });
}

export function patientHandlers(everybody: Someone[], who: { name: string; role: string }) {
  const random = seeded(31);
  const may = who.role === "clinician" ? "direct" : who.role === "auditor" ? "none" : "ordered";
  const today = iso(Date.now()).slice(0, 10);
  const history = new Map<string, LimitChangeView[]>();
  const change = (mrn: string, limit: string, old: string | null, to: string | null, about: Partial<LimitChangeView>) => {
    const one: LimitChangeView = {
      limit,
      old,
      new: to,
      by: who.name,
      ordered_by: null,
      at: iso(Date.now()),
      why: null,
      review_on: null,
      ...about,
    };
    history.set(mrn, [one, ...(history.get(mrn) ?? [])]);
  };
  const rows: PatientRow[] = everybody.map(({ brief, phone }, i) => {
    const own: Record<string, string> = {};
    let review: string | null = null;
    if (i % 3 === 0) {
      own.systolic_high = String(140 + Math.floor(random() * 4) * 5);
      review = iso(Date.now() + ((i % 9) - 2) * 11 * DAY).slice(0, 10);
      change(brief.mrn, "systolic_high", null, own.systolic_high, {
        by: "Noa Field, RN",
        ordered_by: CLINICIANS[i % 2] as string,
        at: iso(Date.now() - (9 + i) * DAY),
        why: "home readings run high since February",
        review_on: review,
      });
    }
    if (i % 7 === 2) {
      own.glucose_high = "250";
      own.spo2_floor = "92";
      change(brief.mrn, "glucose_high", "280", "250", { by: "Dr. Irene Kim", at: iso(Date.now() - (30 + i) * DAY) });
      change(brief.mrn, "spo2_floor", null, "92", { by: "Dr. Irene Kim", at: iso(Date.now() - (30 + i) * DAY) });
    }
    return {
      patient: brief,
      phone,
      status: i === 5 ? "paused" : i === 12 ? "admitted" : "active",
      opted_out: i === 8,
      zone_review: i % 10 === 4,
      own,
      changes: [],
      review_on: review,
      review_due: review !== null && review <= today,
    };
  });
  rows.sort((a, b) => a.patient.name.localeCompare(b.patient.name));
  const found = (mrn: string): PatientRow => {
    const row = rows.find((one) => one.patient.mrn === mrn);
    if (!row)
      throw new HostError({
        code: "not_found",
        title: "Not found",
        what_happened: "That patient is not there any more.",
        what_to_do: "Go back to the list; it shows what is there now.",
        retryable: false,
        field: null,
      });
    return row;
  };
  const is: Record<string, (row: PatientRow) => boolean> = {
    own: (row) => Object.keys(row.own).length > 0,
    review: (row) => row.review_due,
    zone: (row) => row.zone_review,
    opted_out: (row) => row.opted_out,
    away: (row) => row.status !== "active",
  };
  const counted = (kind: string) => rows.filter(is[kind] as (row: PatientRow) => boolean).length;
  const ordered = (by: string) => {
    if (may === "ordered" && by.trim() === "") refuse("ordered_by", "A limit is changed on a clinician's order: name the clinician who ordered it.");
  };

  const readings = (vital: string, seed: number): TrendPoint[] => {
    const dice = seeded(seed);
    return Array.from({ length: 46 }, (_, i) => {
      const high = dice() > 0.9;
      const value = vital === "bp" ? 128 + dice() * 22 + (high ? 24 : 0) : vital === "glucose" ? 120 + dice() * 90 + (high ? 130 : 0) : 178 + dice() * 3;
      return {
        at: iso(Date.now() - (45 - i) * 2 * DAY + dice() * 4 * 3_600_000),
        value: Math.round(value * 10) / 10,
        second: vital === "bp" ? Math.round(value * 0.6) : null,
        severity: high && vital !== "weight" ? "abnormal" : "info",
        hollow: false,
      };
    });
  };

  return {
    patients: ({ search, filter, offset }: PatientsArgs): PatientsView => {
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const fit = rows.filter(
        (row) => (is[filter]?.(row) ?? true) && words.every((w) => `${row.patient.name} ${row.patient.mrn} ${row.phone ?? ""}`.toLowerCase().includes(w)),
      );
      return {
        now: iso(Date.now()),
        offset,
        total: fit.length,
        counts: {
          all: rows.length,
          own: counted("own"),
          review: counted("review"),
          zone: counted("zone"),
          opted_out: counted("opted_out"),
          away: counted("away"),
        },
        rows: fit.slice(offset, offset + 100).map((row) => ({
          ...row,
          changes: (history.get(row.patient.mrn) ?? []).filter((c, i, all) => all.findIndex((o) => o.limit === c.limit) === i),
        })),
        limits: LIMITS,
        clinicians: CLINICIANS,
        may,
        unknown: [{ mrn: "2200417", fhir_id: null, records: 3, oldest: iso(Date.now() - 52 * 60_000) }],
      };
    },
    patient: ({ mrn }: { mrn: string }): PatientPage => {
      const row = found(mrn);
      const someone = everybody.find(({ brief }) => brief.mrn === mrn) as Someone;
      const [last, first] = row.patient.name.split(", ");
      const band = { low: null, high: Number(row.own.systolic_high ?? 160), second_low: null, second_high: 100 };
      const talk = Date.now() - 3 * DAY;
      return {
        now: iso(Date.now()),
        patient: row.patient,
        personal: {
          first_name: first ?? "",
          last_name: last ?? "",
          birth_date: row.patient.birth_date,
          fhir_id: "12724066",
          phone: row.phone,
          language: someone.language,
          time_zone: row.zone_review ? null : someone.zone,
          zone: someone.zone,
          zone_assumed: row.zone_review,
          zone_checked_at: row.zone_review ? null : iso(Date.now() - 40 * DAY),
          zone_review: row.zone_review,
          local_time: "2:14 PM",
          sms_consent: "yes",
          consent_at: iso(Date.now() - 200 * DAY),
          status: row.status,
          status_now: row.status,
          status_reason: row.status === "paused" ? "travelling" : null,
          status_until: row.status === "paused" ? iso(Date.now() + 6 * DAY) : null,
          untextable: row.opted_out ? "opted out of texts" : null,
          opt_out: row.opted_out ? { out: true, at: iso(Date.now() - 20 * DAY), by: "Noa Field, RN" } : null,
          shares_phone: [],
        },
        limits: LIMITS,
        own: row.own,
        review_on: row.review_on ? { systolic_high: row.review_on } : {},
        today,
        history: history.get(mrn) ?? [],
        stats: [
          {
            what: "systolic",
            direction: "high",
            value: "180",
            by: "Dr. Irene Kim",
            reason: "aneurysm, watch closely",
            review_on: iso(Date.now() + 60 * DAY).slice(0, 10),
            review_due: false,
          },
        ],
        trends: [
          {
            vital: "bp",
            unit: "mmHg",
            points: readings("bp", 3),
            band,
            marks: [{ at: iso(talk), kind: "text", label: "symptom check" }],
          },
          {
            vital: "glucose",
            unit: "mg/dL",
            points: readings("glucose", 5),
            band: { low: 55, high: Number(row.own.glucose_high ?? 300), second_low: null, second_high: null },
            marks: [],
          },
          {
            vital: "weight",
            unit: "lb",
            points: readings("weight", 8),
            band: { low: null, high: null, second_low: null, second_high: null },
            marks: [],
          },
        ],
        conversation: [
          {
            at: iso(talk),
            from_patient: false,
            body: "Your blood pressure reading is 168/102. Are you feeling lightheaded, chest pain or a change in vision? Reply YES or NO. Emergency: call 911.",
            purpose: "symptom_check",
            status: "delivered",
            why: null,
            read_as: null,
          },
          {
            at: iso(talk + 4 * 60_000),
            from_patient: true,
            body: "No, I feel fine",
            purpose: "reply",
            status: "received",
            why: null,
            read_as: "NO: no symptoms",
          },
        ],
        episodes: [
          {
            id: "e12",
            vital: "bp",
            opened_at: iso(talk),
            closed_at: iso(talk + 3_600_000),
            worst: "abnormal",
            value: "168/102 mmHg",
            state: "closed",
            disposition: "watched",
            by: "Noa Field, RN",
            minutes: "6",
            pages: 0,
          },
          {
            id: "e7",
            vital: "glucose",
            opened_at: iso(Date.now() - 31 * DAY),
            closed_at: iso(Date.now() - 31 * DAY + 1_800_000),
            worst: "critical",
            value: "372 mg/dL",
            state: "closed",
            disposition: "acted",
            by: "Dr. Irene Kim",
            minutes: "14",
            pages: 1,
          },
        ],
        tasks: [],
        visits: [
          {
            appointment_id: "A1",
            starts_at: iso(Date.now() + 5 * DAY),
            day: iso(Date.now() + 5 * DAY).slice(0, 10),
            local_time: "3:00 PM",
            provider: "Dr. Al Ray",
            location: "Main Clinic",
            state: "QUEUED",
          },
        ],
        may,
        clinicians: CLINICIANS,
      };
    },
    set_limits: ({ orders, why, ordered_by, review_on }: SetLimitsArgs): SavedLimits => {
      ordered(ordered_by);
      for (const { mrn, set } of orders) {
        const row = found(mrn);
        row.own = { ...row.own };
        for (const { limit, was, to } of set) {
          if (to === null) delete row.own[limit];
          else row.own[limit] = to;
          change(mrn, limit, was, to, { why: why || null, ordered_by: ordered_by || null, review_on });
        }
        if (review_on) row.review_on = review_on;
      }
      return { said: `Limits saved for ${orders.length} patients.`, saved: orders.map(({ mrn }) => mrn), refused: [] };
    },
    set_stat: ({ ordered_by }: StatArgs) => {
      ordered(ordered_by);
      return done("Saved. Beyond it a reading is critical.");
    },
    change_patient: ({ mrn, enrols, fields }: PersonalArgs) => {
      if (!enrols && fields.status) found(mrn).status = fields.status;
      return done(enrols ? "Enrolled." : "Saved.");
    },
    patient_texts: ({ mrn, out }: TextsArgs) => {
      found(mrn).opted_out = out;
      return done(out ? "No more texts go to this number." : "Texts to this number are allowed again.");
    },
    import_preview: () => ({ ...IMPORT, taken: false, said: "" }),
    import_apply: ({ ordered_by }: { ordered_by: string }) => {
      ordered(ordered_by);
      return { ...IMPORT, taken: true, said: "14 patients taken from the file; 2 lines not." };
    },
    retry_unknown: () => done("0 records could be used, 3 still wait."),
    export_patients: () => ({
      path: "~/.local/share/careloop/exports/patients-20260305-190000.csv",
      rows: rows.length,
      bytes: 14_200,
      said: `${rows.length} rows written.`,
    }),
  };
}

const IMPORT = {
  rows: 22,
  new_patients: 11,
  changed_patients: 3,
  unchanged: 6,
  patients: [
    {
      line: 2,
      mrn: "1022228",
      name: "Lee, Ann",
      is_new: false,
      cells: [
        { column: "systolic_high", old: "150", new: "145" },
        { column: "phone", old: "+12025550100", new: "+12025550190" },
      ],
    },
    {
      line: 3,
      mrn: "3000001",
      name: "Ferro, Bo",
      is_new: true,
      cells: [
        { column: "first_name", old: null, new: "Bo" },
        { column: "glucose_high", old: null, new: "250" },
      ],
    },
  ],
  more: 12,
  bad: [
    { line: 9, column: "glucose_high", reason: "goes from 80 to 600 mg/dL, not 16.7" },
    { line: 14, column: "phone", reason: "numbers are in E.164, e.g. +12025550100" },
  ],
  limits: true,
  fingerprint: "f00d",
};
