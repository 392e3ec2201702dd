// Minutes and Measures of the desk without an engine.

import type { CodeView } from "../../generated/CodeView";
import type { MeasuresView } from "../../generated/MeasuresView";
import type { MinutesView } from "../../generated/MinutesView";
import type { PatientMinutes } from "../../generated/PatientMinutes";
import { iso } from "./day";
import type { Someone } from "./people";

const DAY = 86_400_000;
const done = (said: string) => ({ said, undo: null });

export function minutesAndMeasures(everybody: Someone[], empty: boolean) {
  const now = Date.now();
  const code = (name: string, counts: string, units: number, lacks: number | null, talk = false): CodeView => ({
    code: name,
    counts,
    units,
    lacks,
    lacks_contact: talk,
  });
  const month = (i: number, rpm: number, live: number, ccm: number, days: number, codes: CodeView[]): PatientMinutes => ({
    patient: (everybody[i] as Someone).brief,
    rpm,
    rpm_live: live,
    ccm,
    contact: live > 0,
    days,
    codes,
    entries:
      rpm + ccm === 0
        ? []
        : [
            {
              id: null,
              row: "e1",
              at: iso(now - 2 * DAY),
              program: "rpm",
              minutes: rpm,
              activity: "episode",
              contact: live > 0,
              note: "Call: reached. Will measure again tonight.",
              by: "Ana Reyes",
              struck: null,
            },
            {
              id: 40 + i,
              row: null,
              at: iso(now - 5 * DAY),
              program: "ccm",
              minutes: ccm || 4,
              activity: "care_plan",
              contact: false,
              note: "",
              by: "Noa Field, RN",
              struck: ccm ? null : "Noa Field, RN: logged for the wrong patient",
            },
          ],
  });
  const rule = (name: string, counts: string, at_least: number, at_most: number | null, each: number | null, contact = false) => ({
    code: name,
    counts,
    at_least,
    at_most,
    each,
    most_units: name === "99439" ? 2 : each ? null : 1,
    contact,
    from: name === "99445" || name === "99470" ? "2026-01-01" : "2019-01-01",
    source: "CPT; CMS Physician Fee Schedule",
  });
  const minutes = (): MinutesView => ({
    now: iso(now),
    month: iso(now).slice(0, 7),
    from: iso(now - 20 * DAY),
    to: iso(now + 10 * DAY),
    live_only: true,
    patients: empty
      ? []
      : [
          month(0, 23, 23, 8, 18, [
            code("99454", "days", 1, null),
            code("99457", "rpm_minutes", 1, null),
            code("99458", "rpm_minutes", 0, 17),
            code("99490", "ccm_minutes", 0, 12),
          ]),
          month(1, 18, 18, 0, 15, [
            code("99445", "days", 1, null),
            code("99454", "days", 0, 1),
            code("99470", "rpm_minutes", 1, null),
            code("99457", "rpm_minutes", 0, 2),
          ]),
          month(4, 22, 0, 0, 1, [code("99445", "days", 0, 1), code("99457", "rpm_minutes", 0, 20, false)]),
          month(7, 0, 0, 44, 0, [code("99490", "ccm_minutes", 1, null), code("99439", "ccm_minutes", 1, 16)]),
          month(9, 0, 0, 0, 12, [code("99445", "days", 1, null), code("99454", "days", 0, 4)]),
        ],
    more: 0,
    missing: empty
      ? []
      : [
          {
            row: "e3",
            patient: (everybody[12] as Someone).brief,
            vital: "bp",
            closed_at: iso(now - 3 * DAY),
            closed_by: "Ana Reyes",
          },
        ],
    no_contact: empty ? 0 : 1,
    rules: [
      rule("99445", "days", 2, 15, null),
      rule("99454", "days", 16, null, null),
      rule("99470", "rpm_minutes", 10, 19, null, true),
      rule("99457", "rpm_minutes", 20, null, null, true),
      rule("99458", "rpm_minutes", 40, null, 20, true),
      rule("99490", "ccm_minutes", 20, null, null),
      rule("99439", "ccm_minutes", 40, null, 20),
    ],
  });
  const measures = ({ from, to }: { from: string; to: string }): MeasuresView => {
    const back = Math.min(30, Math.round((Date.parse(to) - Date.parse(from)) / DAY));
    return {
      now: iso(now),
      from,
      to,
      ack_target_minutes: 5,
      ack_limit_minutes: 30,
      critical: empty ? { alerts: 0, untaken: 0, median: null, p90: null, over_limit: 0 } : { alerts: 14, untaken: 1, median: 2.6, p90: 7.4, over_limit: 1 },
      abnormal: empty ? { alerts: 0, untaken: 0, median: null, p90: null, over_limit: 0 } : { alerts: 61, untaken: 3, median: 11.5, p90: 48, over_limit: 9 },
      alarms: empty ? 0 : 104,
      by_day: empty
        ? []
        : Array.from({ length: back }, (_, i) => ({
            day: iso(now - (back - 1 - i) * DAY).slice(0, 10),
            alarms: 9 + ((i * 7) % 13),
            staff: i % 6 === 5 ? 0 : 2 + (i % 2),
          })),
      flood_share: empty ? 0 : 0.0042,
      floods: empty ? 0 : 1,
      peak: empty ? 0 : 13,
      chattering: empty ? 0 : 2,
      busiest: empty
        ? []
        : [0, 4, 1, 9, 12].map((i, rank) => ({
            patient: (everybody[i] as Someone).brief,
            vital: i === 4 ? "spo2" : i === 1 ? "glucose" : "bp",
            alarms: 12 - 2 * rank,
            in_an_hour: rank < 2 ? 3 : 1,
          })),
      stale: 0,
      standing: empty ? 0 : 11,
      failures: empty
        ? []
        : [
            { what: "page_not_proven", count: 1 },
            { what: "text_not_delivered", count: 4 },
          ],
    };
  };
  return {
    minutes,
    log_minutes: () => done("Logged."),
    strike_minutes: () => done("Taken back; it stays on record."),
    measures,
  };
}
