import { describe, expect, it } from "vitest";
import { difference } from "./diff";

const shown = (before: string, after: string) =>
  difference(before, after)
    .map(({ kind, text }) => `${kind === "same" ? "=" : kind === "gone" ? "-" : "+"}${text.trim()}`)
    .join(" ");

describe("the difference of two texts", () => {
  it("names the words that went and those that came", () => {
    expect(shown("Reply YES or NO. Call 911.", "Reply YES or CANCEL. Call 911.")).toBe(
      "=Reply YES or -NO. +CANCEL. =Call 911.",
    );
  });

  it("gives both texts again", () => {
    const [before, after] = ["a b  c\nd", "a x c d e"];
    const pieces = difference(before, after);
    expect(
      pieces
        .filter((p) => p.kind !== "gone")
        .map((p) => p.text)
        .join("")
        .trim(),
    ).toBe("a x c d e");
    expect(difference(before, before).every((p) => p.kind === "same")).toBe(true);
    expect(difference("", "")).toEqual([]);
  });
});
