// Back-tests of the desk without an engine: thirteen made-up weeks.

import type { BacktestArgs } from "../../generated/BacktestArgs";
import type { BacktestView } from "../../generated/BacktestView";
import { iso } from "./day";
import type { Someone } from "./people";

const DAY = 86_400_000;

export function backtestHandlers(everybody: Someone[]) {
  let last: BacktestView | undefined;
  let ids = 0;
  const backtest = (args: BacktestArgs): BacktestView => {
    const now = Date.now();
    const from = now - 90 * DAY;
    const high = Number(args.bounds.systolic_high ?? 160);
    const looser = high > 160;
    const share = Math.max(0, Math.min(3, 1 + (160 - high) / 15));
    const weeks = Array.from({ length: 13 }, (_, i) => {
      const before = 9 + ((i * 5) % 6);
      const after = Math.round(before * share);
      const critical = (n: number) => Math.min(n, (i * 3) % 3);
      return {
        from: iso(from + i * 7 * DAY),
        before_critical: critical(before),
        before_abnormal: before - critical(before),
        after_critical: critical(after),
        after_abnormal: after - critical(after),
      };
    });
    const sum = (pick: (week: (typeof weeks)[number]) => number) => weeks.reduce((all, week) => all + pick(week), 0);
    const load = (critical: number, abnormal: number) => ({
      critical,
      abnormal,
      per_week: Math.round(((critical + abnormal) / 13) * 10) / 10,
      critical_per_week: Math.round((critical / 13) * 10) / 10,
    });
    const before = load(
      sum((w) => w.before_critical),
      sum((w) => w.before_abnormal),
    );
    const after = load(
      sum((w) => w.after_critical),
      sum((w) => w.after_abnormal),
    );
    const points = Array.from({ length: 90 }, (_, i) => {
      const value = 146 + Math.round(14 * Math.sin(i * 1.7) + 9 * Math.sin(i / 9));
      return {
        at: iso(from + i * DAY + 8 * 3_600_000),
        value,
        second: 84 + Math.round(6 * Math.sin(i * 1.3)),
        severity: value > 160 ? ("abnormal" as const) : ("info" as const),
        hollow: false,
      };
    });
    const someone = everybody[3] as Someone;
    const episode = (n: number, fate: "missed" | "later", said: string) => ({
      id: `e${40 + n}`,
      case_id: someone.brief.case_id,
      vital: "blood pressure",
      value: `${162 + n}/94 mmHg`,
      at: iso(now - (n * 11 + 4) * DAY),
      severity: "abnormal",
      acted: n % 2 ? "page acknowledged" : "patient called",
      fate,
      said,
    });
    const missed = looser ? [episode(1, "missed", "no alarm at all"), episode(2, "missed", "no alarm at all")] : [];
    const weaker = looser ? [episode(4, "later", "3 h later")] : [];
    ids += 1;
    last = {
      id: ids,
      state: "done",
      progress: 1,
      result: {
        from: iso(from),
        to: iso(now),
        days: 90,
        sentence: `On the last 90 days this would have been ${after.per_week} alarms a week instead of ${before.per_week}; it would have missed ${
          missed.length === 0 ? "none" : `${missed.length} of the 31`
        } that were acted on.`,
        before,
        after,
        weeks,
        acted_on: 31,
        missed,
        missed_count: missed.length,
        weaker,
        weaker_count: weaker.length,
        raised_by_neither: 0,
        loosens: looser ? ["systolic_high"] : [],
        reason_needed: looser,
        readings: args.mrn ? 90 : 11_480,
        patients: args.mrn ? 1 : everybody.length,
        left_out: [
          { why: "implausible", said: "not plausible: check the device", readings: 2 },
          { why: "late", said: "came more than a day late", readings: 5 },
        ],
        assumed:
          "Replayed by the rules that judge live readings. An alarm that there really was ends when it was closed; one that nobody had is taken to end after 38 min, as half of the real ones did.",
        trends: args.mrn
          ? [
              {
                vital: "bp",
                name: "Blood pressure",
                unit: "mmHg",
                points,
                before: { low: null, high: 160, second_low: null, second_high: 100 },
                after: { low: null, high, second_low: null, second_high: 100 },
              },
            ]
          : [],
      },
    };
    return last;
  };
  return {
    backtest,
    backtest_state: () => last as BacktestView,
    backtest_cancel: () => ({ ...(last as BacktestView), state: "cancelled", result: null }),
  };
}
