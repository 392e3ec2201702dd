/** A scenario to start from: an abnormal reading, no answer, a page, a resolve with a note. */
export const EXAMPLE = JSON.stringify(
  {
    format: "careloop-scenario/1",
    name: "no answer pages on call",
    start: "2026-03-05T19:00:00Z",
    until: "2026-03-05T21:00:00Z",
    settings: { reply_wait_minutes: 15 },
    patients: [
      {
        mrn: "1022228",
        first_name: "Ann",
        last_name: "Lee",
        phone: "+12025550101",
        time_zone: "America/New_York",
        language: "en",
      },
    ],
    timeline: [
      {
        at: "2026-03-05T19:00:00Z",
        do: "reading",
        mrn: "1022228",
        vital: "bp",
        systolic: 165,
        diastolic: 95,
      },
      {
        at: "2026-03-05T19:20:00Z",
        do: "page",
        action: "resolve",
        mrn: "1022228",
        by: "Dr. Kim",
        note: "Called, will recheck. 12 min",
      },
    ],
    expect: [
      { kind: "sms", to: "+12025550101", purpose: "symptom_check", at: "2026-03-05T19:00:00Z", within_s: 1 },
      {
        kind: "page",
        action: "trigger",
        severity: "warning",
        at: "2026-03-05T19:15:00Z",
        within_s: 1,
        count: 1,
      },
      { kind: "chart", purpose: "note", status: "done" },
    ],
    expect_none: [{ kind: "sms", purpose: "clarify" }],
  },
  null,
  2,
);
