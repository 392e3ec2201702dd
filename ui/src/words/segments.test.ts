import { describe, expect, it } from "vitest";
import { segments } from "./segments";

describe("SMS segments", () => {
  it("nothing typed is no segment", () => {
    expect(segments("")).toMatchObject({ segments: 0, left: 160 });
  });

  it("160 plain characters are one segment, 161 are two of 153", () => {
    expect(segments("a".repeat(160))).toMatchObject({ segments: 1, left: 0, encoding: "GSM-7" });
    expect(segments("a".repeat(161))).toMatchObject({ segments: 2, left: 2 * 153 - 161 });
    expect(segments("a".repeat(307)).segments).toBe(3);
  });

  it("Spanish letters of the basic alphabet stay in large segments", () => {
    expect(segments("¿Cómo está? Sí, mañana".replace(/[óáí]/g, "o"))).toMatchObject({ encoding: "GSM-7" });
  });

  it("a letter outside it makes every segment small, and is named", () => {
    expect(segments("Su presión")).toMatchObject({ encoding: "UCS-2", wide: "ó", segments: 1, left: 60 });
    expect(segments(`ó${"a".repeat(69)}`).segments).toBe(1);
    expect(segments(`ó${"a".repeat(70)}`).segments).toBe(2);
  });

  it("brackets and the euro sign take two places", () => {
    expect(segments("€".repeat(80))).toMatchObject({ segments: 1, left: 0 });
    expect(segments("€".repeat(81)).segments).toBe(2);
  });

  it("a two-place character never straddles two segments", () => {
    expect(segments(`${"a".repeat(152)}€${"a".repeat(152)}`).segments).toBe(3);
  });

  it("an emoji counts as two places of the small segment", () => {
    expect(segments("🙂".repeat(35))).toMatchObject({ segments: 1, left: 0 });
    expect(segments("🙂".repeat(36)).segments).toBe(2);
  });
});
