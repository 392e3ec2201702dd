// The runbook of the desk without an engine: one incident in eleven steps, and a list like it.

import type { ExportView } from "../../generated/ExportView";
import type { Incident } from "../../generated/Incident";
import type { IncidentReplay } from "../../generated/IncidentReplay";
import type { RunbookStep } from "../../generated/RunbookStep";
import { iso } from "./day";
import type { Someone } from "./people";

const MINUTE = 60_000;

const DECISIONS: [string, string, [string, string][]][] = [
  [
    "judged",
    "How far beyond the limit?",
    [
      ["routine", "routine"],
      ["abnormal", "abnormal"],
      ["critical", "critical"],
      ["unverified", "unverified"],
    ],
  ],
  [
    "quiet",
    "Quiet hours for the patient?",
    [
      ["no", "no"],
      ["held", "held until morning"],
      ["paged", "never held: page"],
      ["not_asked", "critical: not asked"],
    ],
  ],
  [
    "reach",
    "Can the patient be texted?",
    [
      ["yes", "yes"],
      ["no", "no"],
    ],
  ],
  [
    "asked",
    "The question to the patient",
    [
      ["sent", "text sent"],
      ["held", "text held"],
      ["withheld", "no text"],
      ["failed", "text failed"],
      ["undelivered", "not delivered"],
    ],
  ],
  [
    "answer",
    "What did the patient answer?",
    [
      ["symptoms", "symptoms"],
      ["no_symptoms", "no symptoms"],
      ["not_understood", "not understood"],
      ["none", "no answer"],
      ["opt_out", "stopped texts"],
    ],
  ],
  [
    "page",
    "Page on call, and why?",
    [
      ["critical", "critical reading"],
      ["no_answer", "no answer"],
      ["symptoms", "symptoms"],
      ["no_text", "no text possible"],
      ["quiet_hours", "quiet hours"],
      ["nurse", "by the nurse"],
    ],
  ],
  [
    "urgency",
    "How urgently?",
    [
      ["medium", "Medium"],
      ["high", "High"],
      ["critical", "Critical"],
    ],
  ],
  [
    "proof",
    "Did the page arrive?",
    [
      ["seen", "incident seen"],
      ["not_proven", "not proven: fallback"],
      ["pager_down", "pager down: fallback"],
      ["nobody_on_call", "nobody on call"],
    ],
  ],
  [
    "taken",
    "Who took it?",
    [
      ["pager", "at the pager"],
      ["console", "on the console"],
      ["overdue", "nobody in time"],
      ["lease_expired", "lease ran out"],
    ],
  ],
  [
    "closed",
    "How did it end?",
    [
      ["acted", "acted"],
      ["watched", "watched"],
      ["false_alarm", "false alarm"],
      ["wrong_limit", "wrong limit"],
      ["device", "device"],
      ["resolved", "resolved at the pager"],
    ],
  ],
  [
    "charted",
    "In the chart?",
    [
      ["queued", "queued"],
      ["done", "all three found"],
      ["blocked", "blocked"],
      ["waits", "waits for a person"],
    ],
  ],
];

export function runbookHandlers(everybody: Someone[]) {
  const incident = (n: number): Incident => {
    const at = Date.now() - (n * 97 + 41) * MINUTE;
    const critical = n % 4 === 1;
    return {
      id: `e${900 - n}`,
      case_id: (everybody[n % everybody.length] as Someone).brief.case_id,
      vital: n % 3 ? "Blood pressure" : "Glucose",
      value: n % 3 ? `${critical ? 195 : 164 + (n % 9)}/96 mmHg` : `${critical ? 54 : 312} mg/dL`,
      severity: critical ? "critical" : "abnormal",
      opened_at: iso(at),
      closed_at: n < 2 ? null : iso(at + 50 * MINUTE),
      shadow: n === 5,
      path: critical
        ? ["text sent", "paged High", "at the pager", "acted", "all three found"]
        : n % 2
          ? ["text sent", "no symptoms", "watched", "all three found"]
          : ["text sent", "no answer", "paged Medium", "at the pager", "acted"],
    };
  };
  const replay = (id: string): IncidentReplay => {
    const n = Math.max(0, 900 - Number(id.slice(1)));
    const start = Date.parse(incident(n).opened_at);
    const steps: RunbookStep[] = [];
    const add = (seconds: number, title: string, reason: string | null, taken: [string, string][], data: [string, string][], by: string | null = null) => {
      const at = start + seconds * 1_000;
      steps.push({
        seq: 4_200 + steps.length,
        at: iso(at),
        local_time: new Date(at).toTimeString().slice(0, 5),
        title,
        reason,
        by,
        taken: taken.map(([decision, branch]) => ({ decision, branch })),
        data: data.map(([name, value]) => ({ name, value })),
        raw: JSON.stringify({ at: iso(at), title }),
      });
    };
    const value = incident(n).value;
    add(
      0,
      `${incident(n).vital} ${value}: abnormal`,
      "limit 160, +3 %",
      [["judged", "abnormal"]],
      [
        ["Value", value],
        ["As given", `${value.replace("mmHg", "mm[Hg]")}`],
        ["Measured", "2026-03-05 14:00"],
        ["Received", "2026-03-05 14:00"],
        ["From", "fhir"],
        ["Code", "LOINC 85354-9"],
        ["Limit in force", "limit 160"],
        ["Distance", "+3 %"],
        ["Rule", "beyond limit"],
      ],
    );
    add(0, "Open", "abnormal", [], [["State", "open"]]);
    add(
      1,
      "Symptom check: taken by Twilio",
      null,
      [
        ["quiet", "no"],
        ["reach", "yes"],
        ["asked", "sent"],
      ],
      [
        ["Text", "Symptom check"],
        ["To", (everybody[n % everybody.length] as Someone).phone ?? ""],
        [
          "Words",
          "Your blood pressure reading is 165/95. Are you feeling lightheaded, chest pain or a change in vision? Reply YES or NO. Emergency: call 911.",
        ],
      ],
    );
    add(4, "The text was delivered", null, [], [["Carrier says", "delivered"]]);
    add(
      901,
      "Page to on call (Medium): taken by the pager",
      "no answer to the symptom check",
      [
        ["answer", "none"],
        ["page", "no_answer"],
        ["urgency", "medium"],
      ],
      [
        ["Reason", "no answer to the symptom check"],
        ["Urgency", "Medium, sent as warning"],
        ["Key", "careloop:12:1"],
        ["The clinician read", "CL-7F3K-92QD: blood pressure 165/95 mmHg (limit 160, +3.1 %) - abnormal, Medium"],
        ["Reply known", "asked, no answer"],
      ],
    );
    add(932, "The pager opened an incident", null, [["proof", "seen"]], [["The pager says", "triggered"]]);
    add(
      1_080,
      "Acknowledged at the pager",
      null,
      [
        ["proof", "seen"],
        ["taken", "pager"],
      ],
      [["The pager says", "acknowledged"]],
      "Dr. Kim",
    );
    add(1_900, "Closed", "acted", [["closed", "acted"]], [["Because", "acted"]], "Ana Reyes");
    add(1_911, "Note: queued for the chart", null, [["charted", "queued"]], [["Entry", "Note"]]);
    add(1_920, "Charted", null, [["charted", "done"]], []);
    return {
      incident: { ...incident(n), id },
      patient: (everybody[n % everybody.length] as Someone).brief,
      decisions: DECISIONS.map(([decision, question, branches]) => ({
        id: decision,
        question,
        branches: branches.map(([branch, words]) => ({ id: branch, words })),
      })),
      steps,
      zone: "America/New_York",
    };
  };
  return {
    runbook: () => ({ incidents: Array.from({ length: 50 }, (_, n) => incident(n)) }),
    runbook_incident: ({ id }: { id: string }) => replay(id),
    evidence: ({ id }: { id: string }): ExportView => ({
      what: "evidence",
      at: iso(Date.now()),
      by: "Ana Reyes",
      bytes: 48_213,
      state: "done",
      path: `careloop/exports/evidence-${id}.html`,
      why: null,
    }),
  };
}
