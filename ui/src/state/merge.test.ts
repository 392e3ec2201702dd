import { describe, expect, it } from "vitest";
import { aRow, aView } from "../testing/rows";
import { holdStill, inOrder, merge, NOTHING_HELD, placesOf, reorder } from "./merge";

const held = (...rows: ReturnType<typeof aRow>[]) =>
  merge(NOTHING_HELD, aView({ whole: true, seq: 1, rows }));
const ids = (places: readonly { id: string }[]) => places.map((place) => place.id);

describe("merging what the engine sent", () => {
  it("replaces everything when the answer is whole", () => {
    const after = merge(held(aRow("e1"), aRow("e2")), aView({ whole: true, seq: 9, rows: [aRow("e3")] }));
    expect([...after.rows.keys()]).toEqual(["e3"]);
    expect(after.seq).toBe(9);
  });

  it("changes the rows that changed and keeps the others", () => {
    const after = merge(
      held(aRow("e1"), aRow("e2")),
      aView({ seq: 5, rows: [aRow("e2", { seq: 5, state: "paged" })] }),
    );
    expect(after.rows.get("e2")?.state).toBe("paged");
    expect(after.rows.get("e1")?.state).toBe("open");
  });

  it("takes gone rows off the screen", () => {
    const after = merge(held(aRow("e1"), aRow("e2")), aView({ seq: 5, gone: ["e1"] }));
    expect([...after.rows.keys()]).toEqual(["e2"]);
  });

  it("drops an answer older than what is held", () => {
    const now = merge(
      held(aRow("e1")),
      aView({ seq: 8, rows: [aRow("e1", { seq: 8, state: "acknowledged" })] }),
    );
    const after = merge(now, aView({ seq: 4, rows: [aRow("e1", { seq: 4, state: "open" })], gone: ["e1"] }));
    expect(after.rows.get("e1")?.state).toBe("acknowledged");
  });

  it("drops a row older than the one held, even in a newer answer", () => {
    const now = merge(held(aRow("e1")), aView({ seq: 8, rows: [aRow("e1", { seq: 8, state: "closed" })] }));
    const after = merge(now, aView({ seq: 9, rows: [aRow("e1", { seq: 7, state: "open" })] }));
    expect(after.rows.get("e1")?.state).toBe("closed");
  });

  it("shows the counts of the newest answer", () => {
    const counts = { critical: 2, abnormal: 1, info: 0, unacknowledged: 3, shelved: 0 };
    expect(merge(held(aRow("e1")), aView({ seq: 2, counts })).counts).toEqual(counts);
  });

  it("does not change the list it was given", () => {
    const before = held(aRow("e1"));
    merge(before, aView({ seq: 5, gone: ["e1"] }));
    expect(before.rows.has("e1")).toBe(true);
  });
});

describe("the order of the list", () => {
  const rows = [
    aRow("e4", { group: "closed", order: 0 }),
    aRow("e3", { group: "later", order: 1 }),
    aRow("e2", { group: "now", order: 7 }),
    aRow("e1", { group: "now", order: 2 }),
  ];

  it("puts what needs a person first, then by the engine's order", () => {
    expect(ids([...rows].sort(inOrder))).toEqual(["e1", "e2", "e3", "e4"]);
  });

  it("is the same whether merged row by row or sorted at once", () => {
    let order: ReturnType<typeof aRow>[] = [];
    const map = new Map<string, ReturnType<typeof aRow>>();
    for (let i = 0; i < 300; i += 1) {
      const id = `e${(i * 7) % 60}`;
      if (i % 11 === 10) map.delete(id);
      else map.set(id, aRow(id, { seq: i, order: (i * 31) % 17, group: i % 3 ? "now" : "later" }));
      order = reorder(order, map);
    }
    expect(ids(order)).toEqual(ids([...map.values()].sort(inOrder)));
  });

  it("does not lose a row of a group this screen does not know", () => {
    expect(placesOf([aRow("e1", { group: "someday" })])).toEqual([{ id: "e1", group: "later" }]);
  });
});

describe("while a person works in the list", () => {
  const map = (...rows: ReturnType<typeof aRow>[]) => new Map(rows.map((row) => [row.id, row]));
  const shown = placesOf([aRow("e1"), aRow("e2"), aRow("e3", { group: "later" })]);

  it("new rows wait and are counted", () => {
    const rows = map(aRow("e9", { order: -5 }), aRow("e1"), aRow("e2"), aRow("e3", { group: "later" }));
    const { places, waiting } = holdStill(shown, placesOf([...rows.values()].sort(inOrder)), rows);
    expect(ids(places)).toEqual(["e1", "e2", "e3"]);
    expect(waiting).toBe(1);
  });

  it("a new critical breaks in at its place", () => {
    const rows = map(
      aRow("e9", { order: -5, severity: "critical" }),
      aRow("e1"),
      aRow("e2"),
      aRow("e3", { group: "later" }),
    );
    const { places, waiting } = holdStill(shown, placesOf([...rows.values()].sort(inOrder)), rows);
    expect(ids(places)).toEqual(["e9", "e1", "e2", "e3"]);
    expect(waiting).toBe(0);
  });

  it("a row that changed its group stays where it was and is counted as moved", () => {
    const rows = map(aRow("e1", { group: "later" }), aRow("e2"), aRow("e3", { group: "later" }));
    const { places, moved } = holdStill(shown, placesOf([...rows.values()].sort(inOrder)), rows);
    expect(ids(places)).toEqual(["e1", "e2", "e3"]);
    expect(moved).toBe(1);
  });

  it("a row that is gone leaves at once", () => {
    const rows = map(aRow("e2"), aRow("e3", { group: "later" }));
    expect(ids(holdStill(shown, placesOf([...rows.values()]), rows).places)).toEqual(["e2", "e3"]);
  });
});
