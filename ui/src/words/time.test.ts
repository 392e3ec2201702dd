import { describe, expect, it } from "vitest";
import { age, birthDate, countdown } from "./time";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("how long ago", () => {
  it.each([
    [0, "now"],
    [4_900, "now"],
    [12_000, "12 s"],
    [59_999, "59 s"],
    [MINUTE, "1 min"],
    [59 * MINUTE + 59_999, "59 min"],
    [HOUR, "1 h"],
    [2 * HOUR + 5 * MINUTE, "2 h 5 min"],
    [11 * HOUR + 5 * MINUTE, "11 h"],
    [50 * HOUR, "2 d"],
  ])("%i ms is %s", (ms, said) => {
    expect(age(ms, "now")).toBe(said);
  });

  it("a reading from a clock ahead of ours is now, not minus", () => {
    expect(age(-30_000, "now")).toBe("now");
  });
});

describe("how long until", () => {
  it.each([
    [252_000, "4:12"],
    [251_400, "4:12"],
    [9_000, "0:09"],
    [0, "0:00"],
    [HOUR + 4 * MINUTE + 12_000, "1:04:12"],
    [27 * HOUR, "1 d 3 h"],
    [-32_000, "+0:32"],
  ])("%i ms is %s", (ms, said) => {
    expect(countdown(ms)).toBe(said);
  });
});

describe("a birth date", () => {
  it("is the same day in every time zone", () => {
    expect(birthDate("1958-03-02", "en")).toBe("Mar 2, 1958");
    expect(birthDate("1958-03-02", "es")).toContain("1958");
  });

  it("that is not a date is shown as it came", () => {
    expect(birthDate("1958", "en")).toBe("1958");
  });
});
