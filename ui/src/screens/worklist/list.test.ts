import { describe, expect, it } from "vitest";
import { aRow } from "../../testing/rows";
import { allows, firstAct } from "./acts";
import { HEAD_PX, inSight, layOut, ROW_PX } from "./layout";
import { readMinutes } from "./minutes";
import { readsBack } from "./readBack";
import { fits } from "./useList";

const held = (name: string, claimed = true) => ({
  name,
  since: "2026-03-05T19:00:00Z",
  until: null,
  claimed,
});

describe("the filter", () => {
  it("finds a patient by any part of the name, whatever the accents", () => {
    const row = aRow("e1", {
      patient: { mrn: "1022", name: "Núñez, Zoë", birth_date: null, case_id: "CL-1" },
    });
    expect(fits(row, { text: "nunez zoe", mine: null })).toBe(true);
    expect(fits(row, { text: "1022", mine: null })).toBe(true);
    expect(fits(row, { text: "lee", mine: null })).toBe(false);
  });

  it("mine shows what I hold and what nobody holds", () => {
    expect(fits(aRow("e1", { holder: held("Ana") }), { text: "", mine: "Ana" })).toBe(true);
    expect(fits(aRow("e2"), { text: "", mine: "Ana" })).toBe(true);
    expect(fits(aRow("e3", { holder: held("Ben") }), { text: "", mine: "Ana" })).toBe(false);
  });

  it("a critical that needs a person breaks through it", () => {
    const row = aRow("e1", { severity: "critical", unacknowledged: true, holder: held("Ben") });
    expect(fits(row, { text: "", mine: "Ana" })).toBe(true);
  });
});

describe("where lines are drawn", () => {
  const places = Array.from({ length: 10_000 }, (_, i) => ({
    id: `e${i}`,
    group: i < 4_000 ? ("now" as const) : ("later" as const),
  }));

  it("ten thousand rows have a place each under two headings", () => {
    const { lines, height } = layOut(places, new Set());
    expect(lines).toHaveLength(10_002);
    expect(height).toBe(10_000 * ROW_PX + 2 * HEAD_PX);
  });

  it("only what is in sight is drawn", () => {
    const { lines } = layOut(places, new Set());
    const [from, to] = inSight(lines, 200_000, 700);
    expect(to - from).toBeLessThan(45);
    expect(lines[from + 10]?.top).toBeGreaterThan(199_000);
  });

  it("a folded group keeps its heading and its count", () => {
    const { lines } = layOut(places, new Set(["now"]));
    expect(lines[0]).toMatchObject({ kind: "head", group: "now", count: 4_000 });
    expect(lines[1]).toMatchObject({ kind: "head", group: "later" });
  });

  it("says that nothing needs a person now when all the rows can wait", () => {
    const { lines } = layOut(places.slice(4_000, 4_002), new Set());
    expect(lines.map((line) => (line.kind === "head" ? `${line.group} ${line.count}` : line.id))).toEqual([
      "now 0",
      "later 2",
      "e4000",
      "e4001",
    ]);
  });
});

describe("the acts of a row", () => {
  it("the first act is to acknowledge, then to claim, then to close", () => {
    expect(firstAct(aRow("e1"))).toBe("acknowledge");
    expect(firstAct(aRow("e1", { unacknowledged: false }))).toBe("claim");
    expect(firstAct(aRow("e1", { unacknowledged: false, holder: held("Ana") }))).toBe("close");
  });

  it("a closed row that may still be completed asks for it", () => {
    expect(firstAct(aRow("e1", { state: "closed", unacknowledged: false }))).toBe("complete");
  });

  it("a row that allows nothing asks for nothing", () => {
    expect(firstAct(aRow("e1", { unacknowledged: false, allowed: [] }))).toBeNull();
  });

  it("dispositions may be allowed one by one or as a range", () => {
    expect(allows(aRow("e1", { allowed: ["1-5"] }), "3")).toBe(true);
    expect(allows(aRow("e1", { allowed: ["3"] }), "3")).toBe(true);
    expect(allows(aRow("e1", { allowed: ["A"] }), "3")).toBe(false);
  });
});

describe("minutes as typed", () => {
  it.each([
    ["12", 12],
    ["7.5", 7.5],
    ["7,5", 7.5],
    ["0", 0],
    ["  ", null],
    ["ten", undefined],
    ["-3", undefined],
    ["1e3", undefined],
  ])("“%s” is %s", (typed, minutes) => {
    expect(readMinutes(typed)).toBe(minutes);
  });
});

describe("reading back a name", () => {
  it.each(["Lee, Ann", "ann lee", " LEE  ann "])("accepts %s", (typed) => {
    expect(readsBack(typed, "Lee, Ann")).toBe(true);
  });

  it("accepts a name without its accents", () => {
    expect(readsBack("zoe nunez", "Núñez, Zoë")).toBe(true);
  });

  it.each(["", "Lee", "Lee, Anna", "Leo, Ann"])("refuses “%s”", (typed) => {
    expect(readsBack(typed, "Lee, Ann")).toBe(false);
  });
});
