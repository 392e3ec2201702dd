import { describe, expect, it } from "vitest";
import { pretty } from "./pretty";
import { since } from "./source";

describe("what the list asks for", () => {
  const now = Date.parse("2026-03-05T19:00:42.500Z");

  it("asks from the beginning when no time is chosen", () => {
    expect(since("any", now)).toBeNull();
  });

  it("asks the same within a minute, so that a page is not asked for again", () => {
    expect(since("hour", now)).toBe("2026-03-05T18:00:00.000Z");
    expect(since("hour", now + 10_000)).toBe(since("hour", now));
    expect(since("day", now)).toBe("2026-03-04T19:00:00.000Z");
  });
});

describe("a body", () => {
  it("is laid out when it is JSON, one field a line when it is a form, and else shown as it is", () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty("To=%2B12025550101&Body=Are+you+ok%3F")).toBe("To: +12025550101\nBody: Are you ok?");
    expect(pretty("MSH|^~\\&|x")).toBe("MSH|^~\\&|x");
    expect(pretty("a=%E0%A4%A&b=1")).toBe("a=%E0%A4%A&b=1");
  });
});
