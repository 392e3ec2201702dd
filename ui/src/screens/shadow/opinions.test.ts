import { describe, expect, it } from "vitest";
import { instant } from "./opinions";

describe("the time a nurse types", () => {
  const now = new Date(2026, 2, 5, 15, 0);
  it("is a time of today, or of the day she names", () => {
    expect(instant("14:05", now)).toBe(new Date(2026, 2, 5, 14, 5).toISOString());
    expect(instant("2026-03-04 9:30", now)).toBe(new Date(2026, 2, 4, 9, 30).toISOString());
  });
  it("may be left out", () => {
    expect(instant("  ", now)).toBeNull();
  });
  it("is refused when it is none", () => {
    for (const typed of ["25:00", "12:61", "noon", "2026-02-30 10:00", "5"])
      expect(instant(typed, now)).toBeUndefined();
  });
});
