import { describe, expect, it } from "vitest";
import type { LimitColumn } from "../../generated/LimitColumn";
import type { PatientRow } from "../../generated/PatientRow";
import { boxOf, readBlock, spread, writeBlock } from "./block";
import { afterSave, EMPTY, orders, put, readCell, rebase, redo, troubleOf, undo } from "./edits";

const column = (name: string, more: Partial<LimitColumn> = {}): LimitColumn => ({
  name,
  vital: "bp",
  unit: "mmHg",
  default: "160",
  least: 80,
  most: 260,
  below: null,
  above: null,
  ...more,
});
const HIGH = column("systolic_high", { above: "systolic_low" });
const LOW = column("systolic_low", { default: null, least: 50, most: 200, below: "systolic_high" });
const SUGAR = column("glucose_high", { unit: "mg/dL", default: "300", most: 600 });
const ALL = [HIGH, LOW, SUGAR];

const row = (mrn: string, own: Record<string, string> = {}): PatientRow => ({
  patient: { mrn, name: `Patient ${mrn}`, birth_date: null, case_id: "" },
  phone: null,
  status: "active",
  opted_out: false,
  zone_review: false,
  own,
  changes: [],
  review_on: null,
  review_due: false,
});
const ann = row("1", { systolic_high: "150" });
const edit = (limit: string, text: string, of = ann) => ({ row: of, limit, text });

describe("cells that are not saved", () => {
  it("are gone when they are as they were", () => {
    const once = put(EMPTY, [edit("systolic_high", "145")]);
    expect(once.edits.size).toBe(1);
    expect(put(once, [edit("systolic_high", "150")]).edits.size).toBe(0);
    expect(put(EMPTY, [edit("systolic_high", "150")])).toBe(EMPTY);
  });

  it("are taken back and put down again one step at a time, a pasted block as one", () => {
    const block = put(EMPTY, [edit("systolic_high", "145"), edit("glucose_high", "250")]);
    const more = put(block, [edit("systolic_low", "90")]);
    expect(undo(more).edits).toBe(block.edits);
    expect(undo(undo(more)).edits.size).toBe(0);
    expect(redo(undo(more)).edits.size).toBe(3);
    expect(put(undo(more), [edit("systolic_low", "95")]).future).toEqual([]);
    expect(undo(EMPTY)).toBe(EMPTY);
  });

  it("stay for the patients that were refused, over their limits as they are now", () => {
    const both = put(EMPTY, [edit("systolic_high", "145"), edit("systolic_high", "140", row("2"))]);
    const left = afterSave(both, new Set(["1"]));
    expect([...left.edits.values()].map((one) => one.row.patient.mrn)).toEqual(["2"]);
    const rebased = rebase(left, [row("2", { systolic_high: "155" })]);
    expect([...rebased.edits.values()][0]?.row.own.systolic_high).toBe("155");
    expect(rebase(left, [row("2", { systolic_high: "140" })]).edits.size).toBe(0);
  });

  it("are saved a patient at a time, in order of names", () => {
    const sheet = put(EMPTY, [
      edit("systolic_high", "1", row("2")),
      edit("glucose_high", "250"),
      edit("systolic_low", "90"),
    ]);
    expect(orders(sheet.edits).map(({ row, cells }) => [row.patient.mrn, cells.length])).toEqual([
      ["1", 2],
      ["2", 1],
    ]);
  });
});

describe("a cell as typed", () => {
  it("is read as a person means it", () => {
    for (const [typed, read] of [
      ["150.0", "150"],
      [" 150 mmHg", "150"],
      ["92,5", "92.5"],
      ["0150", "150"],
      ["Default", ""],
      ["high", "high"],
    ] as const) {
      expect(readCell(typed, HIGH, "default"), typed).toBe(read);
    }
  });

  it("names the rule that it breaks", () => {
    const trouble = (limit: string, text: string, of = ann) => {
      const sheet = put(EMPTY, [edit(limit, text, of)]);
      return troubleOf(edit(limit, text, of), ALL, sheet.edits);
    };
    expect(trouble("systolic_high", "high")).toEqual({ kind: "number" });
    expect(trouble("systolic_high", "145.25")).toEqual({ kind: "places" });
    expect(trouble("systolic_high", "1500")).toMatchObject({ kind: "range", least: 80, most: 260 });
    expect(trouble("glucose_high", "16.7")).toMatchObject({ kind: "range", converted: 301 });
    expect(trouble("systolic_low", "150")).toEqual({ kind: "not_below", low: "150", high: "150" });
    expect(trouble("systolic_low", "160", row("2")), "against the default").toMatchObject({
      kind: "not_below",
      high: "160",
    });
    expect(trouble("systolic_low", "90")).toBeNull();
    expect(trouble("systolic_high", "")).toBeNull();
  });

  it("is held against the other cell as it is typed, not as it was", () => {
    const sheet = put(EMPTY, [edit("systolic_high", "120"), edit("systolic_low", "125")]);
    expect(troubleOf(edit("systolic_high", "120"), ALL, sheet.edits)).toMatchObject({
      kind: "not_below",
      low: "125",
    });
  });
});

describe("a block of a spreadsheet", () => {
  it("is read and written with tabs and lines", () => {
    expect(readBlock('150\t90\r\n"145"\t\r\n')).toEqual([
      ["150", "90"],
      ["145", ""],
    ]);
    expect(
      writeBlock([
        ["150", "90"],
        ["145", ""],
      ]),
    ).toBe("150\t90\n145\t");
  });

  it("goes down from the corner, and one cell fills the selection", () => {
    const box = boxOf({ row: 3, column: 2 }, { row: 2, column: 1 });
    expect(spread([["1", "2"]], box).map(({ at }) => at)).toEqual([
      { row: 2, column: 1 },
      { row: 2, column: 2 },
    ]);
    expect(spread([["7"]], box)).toHaveLength(4);
  });
});
