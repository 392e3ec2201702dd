import { expect, test } from "vitest";
import { length } from "./when";

const at = (minutes: number) => new Date(1_773_000_000_000 + minutes * 60_000).toISOString();

test("a span is said in the two largest parts that matter", () => {
  const said = [45, 60, 14 * 60, 14 * 60 + 30, 48 * 60, 51 * 60].map((m) => length(at(0), at(m)));
  expect(said).toEqual(["45 min", "1 h", "14 h", "14 h 30 min", "2 d", "2 d 3 h"]);
});
