// Shadow mode of the desk without an engine.

import type { GateView } from "../../generated/GateView";
import type { JudgeArgs } from "../../generated/JudgeArgs";
import type { NeedView } from "../../generated/NeedView";
import type { ShadowAlert } from "../../generated/ShadowAlert";
import type { ShadowView } from "../../generated/ShadowView";
import type { TallyView } from "../../generated/TallyView";
import { iso } from "./day";
import type { Someone } from "./people";

const HOUR = 3_600_000;
const done = (said: string) => ({ said, undo: null });
const tally = (raised: number, agreed: number, extra: number, missed: number): TallyView => ({
  raised,
  judged: agreed + extra,
  agreed,
  extra,
  missed,
  unexplained: Math.min(missed, 1),
  agreement: agreed + extra + missed ? agreed / (agreed + extra + missed) : null,
});

export function shadowMode(everybody: Someone[], empty: boolean) {
  const now = Date.now();
  const alert = (i: number, vital: string, value: string, hours: number, said: string | null): ShadowAlert => ({
    id: `e${1 + i}`,
    at: iso(now - hours * HOUR),
    patient: (everybody[i] as Someone).brief,
    vital,
    severity: i % 3 === 0 ? "critical" : "abnormal",
    rule: `${vital}_high`,
    value,
    unit: vital === "bp" ? "mmHg" : vital === "glucose" ? "mg/dL" : "%",
    texted_at: i === 4 ? null : iso(now - hours * HOUR),
    paged_at: i % 3 === 0 ? iso(now - hours * HOUR) : null,
    judgement:
      (said && {
        opinion: said,
        why: said === "disagree" ? "A call would have been better than a text." : "",
        acted_at: said === "agree" ? iso(now - hours * HOUR + 17 * 60_000) : null,
        by: "Noa Field, RN",
        at: iso(now - hours * HOUR + HOUR),
      }) ||
      null,
    minutes_earlier: said === "agree" ? 17 : null,
  });
  const alerts = empty
    ? []
    : [
        alert(0, "bp", "195/96", 1, null),
        alert(4, "spo2", "86", 3, null),
        alert(1, "glucose", "310", 26, "agree"),
        alert(9, "bp", "171/94", 31, "disagree"),
        alert(12, "bp", "166/91", 52, "not_needed"),
        alert(3, "bp", "188/99", 75, "agree"),
      ];
  const day = (back: number) => iso(now - back * 24 * HOUR).slice(0, 10);
  const view = (rehearsal: boolean): ShadowView => ({
    now: iso(now),
    from: iso(now - 6 * 24 * HOUR),
    to: iso(now),
    rehearsal: rehearsal ? "A busy Monday" : null,
    rehearsed: true,
    in_shadow: ["bp", "glucose", "weight", "spo2", "heart_rate", "visits", "check_ins"],
    total: empty ? tally(0, 0, 0, 0) : tally(38, 24, 7, 2),
    earlier: empty ? null : { compared: 19, median: 14, least: -3.5, most: 96 },
    by_vital: empty
      ? []
      : [
          { id: "bp", words: "Blood pressure", tally: tally(22, 14, 5, 1) },
          { id: "glucose", words: "Glucose", tally: tally(9, 6, 1, 1) },
          { id: "spo2", words: "Oxygen saturation", tally: tally(7, 4, 1, 0) },
        ],
    by_rule: empty
      ? []
      : [
          { id: "bp/systolic_high", words: "Systolic, high limit", tally: tally(20, 13, 4, 0) },
          { id: "bp/diastolic_high", words: "Diastolic, high limit", tally: tally(2, 1, 1, 0) },
          { id: "glucose/glucose_high", words: "Glucose, high limit", tally: tally(9, 6, 1, 0) },
          { id: "spo2/spo2_floor", words: "Oxygen, low limit", tally: tally(7, 4, 1, 0) },
          { id: "bp/missed", words: "Blood pressure: raised by the nurse alone", tally: tally(0, 0, 0, 1) },
        ],
    by_day: empty
      ? []
      : [5, 4, 3, 2, 1, 0].map((back) => ({
          id: day(back),
          words: day(back),
          tally: tally(5 + back, 3 + (back % 3), 1 + (back % 2), back === 3 || back === 1 ? 1 : 0),
        })),
    alerts,
    more: 0,
    missed: empty
      ? []
      : [
          {
            id: 90,
            at: iso(now - 29 * HOUR),
            patient: (everybody[7] as Someone).brief,
            vital: "glucose",
            did: "Called her after her daughter rang.",
            by: "Noa Field, RN",
            explained: null,
            explained_by: null,
          },
          {
            id: 91,
            at: iso(now - 78 * HOUR),
            patient: (everybody[8] as Someone).brief,
            vital: "bp",
            did: "Texted him to measure again.",
            by: "Ana Reyes",
            explained: "His cuff sends once a day only.",
            explained_by: "Dr. Kim",
          },
        ],
  });
  const need = (name: string, standing: string, words: string, more: Partial<NeedView> = {}): NeedView => ({
    need: name,
    words,
    standing,
    lacking: [],
    next: "",
    note: null,
    signed: [],
    takes_proof: false,
    ...more,
  });
  const gate = (): GateView => ({
    now: iso(now),
    armed: true,
    workflows: ["bp", "glucose", "weight", "spo2", "heart_rate", "visits", "check_ins"].map((name, i) => ({
      name,
      mode: name === "check_ins" ? "live" : "shadow",
      since: iso(now - 6 * 24 * HOUR),
      days: 6.2,
      raised: [22, 9, 0, 7, 0, 0, 0][i] as number,
      judged: [19, 7, 0, 5, 0, 0, 0][i] as number,
    })),
    chosen: ["bp", "glucose", "weight", "spo2", "heart_rate", "visits"],
    needs: [
      need("shadow_days", "met", "At least 5 days in shadow."),
      need("judged", "open", "A nurse has judged 90 % of what the console would have raised.", {
        lacking: ["Blood pressure: 19 of 22 judged", "Weight: nothing was raised, so nothing can be compared"],
        next: "Judge the alerts listed above.",
      }),
      need("missed", "open", "Every alert that the console missed is explained.", {
        lacking: ["Glucose: 1 missed and not explained"],
        next: "Say of each why the console did not raise it.",
      }),
      need("connections", "met", "Every connection it uses works."),
      need("least_privilege", "met", "The chart's key grants no more than is needed."),
      need("warning_pages", "open", 'A page of severity "warning" really rings.', {
        lacking: ["Nobody has said yet that it rang."],
        next: "Send a test page of that severity and say whose phone rang.",
        takes_proof: true,
      }),
      need("case_lookup", "met", "A clinician on the phone can find the patient: a number to call or a link to the chart."),
      need("coverage", "noted", "Somebody is on call in each hour of the next seven days.", {
        lacking: ["Nobody from Sat 10:00 PM to Sun 6:00 AM"],
        note: { how: "override", why: "Dr. Kim covers by telephone that night.", by: "Dana Vale", at: iso(now - 2 * HOUR) },
      }),
      need("baa", "open", "The day of the agreement (BAA) with each vendor is known.", {
        lacking: ["Slack: no day"],
        next: "Enter the days below.",
      }),
      need("nurse_lead", "met", "Signed by the nurse lead, in an administrator's own session.", {
        signed: [{ by: "Dana Vale", at: iso(now - HOUR), workflows: ["bp"] }],
      }),
      need("medical_director", "open", "Signed by the medical director, in a clinician's own session.", {
        lacking: ["Not signed for blood pressure, glucose, weight, oxygen saturation, heart rate, visits"],
        next: "A clinician signs in and signs here.",
      }),
    ],
    open: 5,
    ready: false,
    baa: ["Cerner", "Twilio", "PagerDuty", "Slack", "EHR"].map((label, i) => ({
      vendor: label.toLowerCase(),
      label,
      signed_on: i === 3 ? null : "2026-09-14",
    })),
    sign_as: "medical_director",
  });
  return {
    judge: ({ id, opinion, why }: JudgeArgs) => {
      const found = alerts.find((one) => one.id === id);
      if (found) found.judgement = { opinion, why, acted_at: null, by: "Ana Reyes", at: iso(Date.now()) };
      return done("Judged.");
    },
    missed_alert: () => done("Recorded as missed by the console."),
    explain_missed: () => done("Explained."),
    shadow_report: ({ rehearsal }: { rehearsal: boolean }) => view(rehearsal),
    rehearse: () => done("Played: A busy Monday. 9 alerts to judge; they count for no gate."),
    gate,
    gate_note: () => done("Waived, with your name and reason on the trail."),
    baa: () => done("Kept."),
    sign_off: () => done("Signed."),
    go_live: () => done("Live."),
    back_to_shadow: () => done("Back in shadow."),
  };
}
