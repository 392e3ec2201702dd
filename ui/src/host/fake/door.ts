// The door of the desk without an engine: open, with a small staff to look at.

import type { Commands } from "../../generated/Commands";
import type { Person } from "../../generated/Person";
import type { StaffView } from "../../generated/StaffView";
import { iso } from "./day";

const DOOR = [
  "door",
  "first_administrator",
  "sign_in",
  "break_glass",
  "sign_out",
  "lock",
  "unlock",
  "present",
  "my_password",
  "second_factor",
  "confirm_second_factor",
  "people",
  "add_person",
  "change_person",
  "reset_person",
  "emergency_code",
  "audit",
  "audit_verify",
  "export",
  "exports",
] as const;
type Handlers = { [K in (typeof DOOR)[number]]: (args: Commands[K]["args"]) => Commands[K]["reply"] };

const done = (said: string) => ({ said, undo: null });

export function door(who: Person, state: string): Handlers {
  const staff: StaffView[] = [
    person(1, "dana", "Dana Vale", "administrator", { second_factor: true, recovery_left: 7, here: true }),
    person(2, "noa", "Noa Field, RN", "nurse", { here: true }),
    person(3, "kit", "Kit Ames, NP", "clinician", { must_change: true, last_seen: null }),
    person(4, "audit", "Ivo Marsh", "auditor", {}),
    person(5, "lou", "Lou Brandt, RN", "nurse", { active: false }),
  ];
  const entered = () => ({ session: "fake", who });
  return {
    door: () => ({
      now: iso(Date.now()),
      profile: "sandbox",
      state,
      who,
      without_password: state === "open",
      until: null,
      emergency: true,
      alarms:
        state === "open"
          ? []
          : [
              { severity: "critical", vital: "spo2", since: iso(Date.now() - 190_000), case: "CL-7F3K-92QD" },
              { severity: "abnormal", vital: "bp", since: iso(Date.now() - 1_500_000), case: "CL-0M4T-K1ZP" },
            ],
    }),
    first_administrator: entered,
    sign_in: entered,
    break_glass: entered,
    sign_out: () => ({}),
    lock: () => ({}),
    unlock: () => ({}),
    present: () => ({}),
    my_password: () => done("Your password is changed."),
    second_factor: () => ({
      secret: "JBSW-Y3DP-EHPK-3PXP",
      link: "otpauth://totp/Careloop:dana?secret=JBSWY3DPEHPK3PXP&issuer=Careloop",
      picture: Array.from({ length: 29 }, (_, y) => Array.from({ length: 29 }, (_, x) => ((x * 7 + y * 13 + x * y) % 3 === 0 ? "#" : ".")).join("")),
    }),
    confirm_second_factor: () => ({
      codes: ["q7d2-kk8w-01xz", "m4pe-9tav-h63c", "r0ys-5gbn-e2jd", "w8fa-x1mq-7kvt"],
    }),
    people: () => ({
      people: staff,
      emergency_code_at: iso(Date.now() - 40 * 86_400_000),
      emergency_used_at: null,
    }),
    add_person: ({ login, name, role }) => {
      staff.push(person(staff.length + 1, login, name, role, { must_change: true, last_seen: null }));
      return done("Added. The password is to be changed at the first sign-in.");
    },
    change_person: ({ id, name, role, active }) => {
      const one = staff.find((s) => s.id === id);
      if (one) Object.assign(one, { name, role, active });
      return done("Changed.");
    },
    reset_person: () => done("A new password is set; it is to be changed at the next sign-in."),
    audit: ({ before }) => ({
      lines: Array.from({ length: 40 }, (_, n) => {
        const seq = (before ?? 4_310) - 1 - n;
        const [title, reason, by, mrn] = LINES[seq % LINES.length] as (typeof LINES)[number];
        const at = iso(Date.now() - (4_310 - seq) * 41_000);
        return { line: { seq, at, kind: "act", title, reason, by, raw: JSON.stringify({ at, kind: "act", by }) }, mrn };
      }),
      next: before === null ? 4_270 : null,
    }),
    audit_verify: () => ({ lines: 4_309, head: "9f2c", archived: 0, archive_missing_from: null, anchored_lines: 4_100, broken_at: null, why: null }),
    export: ({ what }) => {
      exported.unshift(what);
      return {};
    },
    exports: () => ({
      exports: exported.map((what, n) => ({
        what,
        at: iso(Date.now() - 60_000 * (n + 1)),
        by: who.name,
        bytes: 1_482_113,
        state: "done",
        path: `exports/${what}-20260305-140${n}12.csv`,
        why: null,
      })),
    }),
    emergency_code: () => ({ code: "9xk2-41vd-t8qm-c0sz-77hb" }),
  };
}

const exported: string[] = ["audit"];
const LINES: [title: string, reason: string | null, by: string | null, mrn: string | null][] = [
  ["Blood pressure 165/95: abnormal", "high limit 160, compared with systolic 165", null, "1022228"],
  ["Opened the patient", null, "Noa Field, RN", "1022228"],
  ["Symptom check sent", "to the number ending 0101", null, "1022228"],
  ["noa: signed in", null, "Noa Field, RN", null],
  ["Setting reply_wait_minutes applied", null, "Dana Vale", null],
  ["Searched the trail", null, "Ivo Marsh", null],
];

function person(id: number, login: string, name: string, role: string, more: Partial<StaffView>): StaffView {
  return {
    id,
    login,
    name,
    role,
    active: true,
    second_factor: false,
    must_change: false,
    recovery_left: 0,
    last_seen: iso(Date.now() - id * 3_700_000),
    retry_at: null,
    here: false,
    ...more,
  };
}
