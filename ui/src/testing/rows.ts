// Rows for tests: the least that a row can be, changed where a test needs it.

import type { WorklistRow } from "../generated/WorklistRow";
import type { WorklistView } from "../generated/WorklistView";

export function aRow(id: string, change: Partial<WorklistRow> = {}): WorklistRow {
  return {
    id,
    seq: 1,
    patient: { mrn: `10${id}`, name: "Lee, Ann", birth_date: "1958-03-02", case_id: "CL-7F3K-92QD" },
    vital: "bp",
    severity: "abnormal",
    state: "open",
    unacknowledged: true,
    group: "now",
    order: 0,
    headline: "Systolic 165 above the limit 160",
    next_sentence: "The clinician on call is paged if there is no answer.",
    value: { text: "165/95", unit: "mmHg", arrow: "up", limit: "limit 160", distance: "+3 %", flag: null },
    opened_at: "2026-03-05T19:00:00Z",
    latest_at: "2026-03-05T19:00:00Z",
    lamps: [],
    holder: null,
    shelf: null,
    next: null,
    spark: [],
    band: { low: null, high: 160, second_low: null, second_high: 100 },
    marks: [],
    appointment_id: null,
    allowed: ["A", "C", "S", "T", "P", "N", "L", "1", "2", "3", "4", "5"],
    ...change,
  };
}

export function aView(change: Partial<WorklistView> = {}): WorklistView {
  return {
    seq: 1,
    now: "2026-03-05T19:00:00Z",
    whole: false,
    rows: [],
    gone: [],
    counts: { critical: 0, abnormal: 0, info: 0, unacknowledged: 0, shelved: 0 },
    ...change,
  };
}
