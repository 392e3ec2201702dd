import { describe, expect, it } from "vitest";
import type { TrendPoint } from "../generated/TrendPoint";
import { linear, through, ticks } from "./scale";
import { extent, spark } from "./spark";
import { gapAfter, trend } from "./trend";

const HOUR = 3_600_000;
const NOW = Date.parse("2026-03-05T19:00:00Z");
const none = { low: null, high: null, second_low: null, second_high: null };
const point = (hoursAgo: number, value: number, change: Partial<TrendPoint> = {}): TrendPoint => ({
  at: new Date(NOW - hoursAgo * HOUR).toISOString(),
  value,
  second: null,
  severity: "info",
  hollow: false,
  ...change,
});

describe("a sparkline", () => {
  it("draws a higher value higher", () => {
    const { dots } = spark([point(2, 120), point(1, 180)], none, 88, 28);
    expect(dots[1]?.y).toBeLessThan(dots[0]?.y as number);
  });

  it("stays inside its box, from the first reading to the last", () => {
    const { dots } = spark([point(3, 40), point(2, 400), point(1, 90)], { ...none, high: 300 }, 88, 28);
    for (const dot of dots) {
      expect(dot.x).toBeGreaterThanOrEqual(0);
      expect(dot.x).toBeLessThanOrEqual(88);
      expect(dot.y).toBeGreaterThanOrEqual(0);
      expect(dot.y).toBeLessThanOrEqual(28);
    }
    expect(dots.map((dot) => dot.last)).toEqual([false, false, true]);
  });

  it("keeps the limit in sight though no reading reaches it", () => {
    const { band } = spark([point(2, 120), point(1, 122)], { ...none, high: 160 }, 88, 28);
    expect(band?.high).toBeGreaterThanOrEqual(0);
    expect(band?.high).toBeLessThan(10);
  });

  it("an open side of the band reaches the edge of the box", () => {
    const { band } = spark([point(1, 95)], { ...none, low: 90 }, 88, 28);
    expect(band).toMatchObject({ top: 0, high: null });
    expect(band?.bottom).toBeLessThan(28);
  });

  it("a reading beyond the limit lies outside the band", () => {
    const { band, dots } = spark([point(2, 150), point(1, 195)], { ...none, high: 160 }, 88, 28);
    expect(dots[1]?.y).toBeLessThan(band?.high as number);
    expect(dots[0]?.y).toBeGreaterThan(band?.high as number);
  });

  it("one reading is a point without a line", () => {
    expect(spark([point(1, 120)], none, 88, 28)).toMatchObject({ path: "", band: null });
  });

  it("an axis without values still has a height", () => {
    expect(extent([], none)).toEqual([0, 1]);
    const [low, high] = extent([point(1, 100)], none);
    expect(high).toBeGreaterThan(low);
  });
});

describe("the trend chart", () => {
  const box = { width: 400, height: 168, left: 8, right: 44, top: 12, bottom: 42 };

  it("a pause of days is a gap in the line", () => {
    const points = [point(240, 120), point(216, 125), point(192, 121), point(24, 130), point(0, 128)];
    expect(trend(points, none, box, NOW).main).toHaveLength(2);
  });

  it("daily readings are one line", () => {
    const points = [point(72, 120), point(48, 125), point(24, 121), point(0, 130)];
    expect(trend(points, none, box, NOW).main).toHaveLength(1);
  });

  it("a quick series does not call an afternoon's pause a gap", () => {
    expect(gapAfter([0, 60_000, 120_000, 180_000])).toBe(36 * HOUR);
  });

  it("places readings by their time, not by their number", () => {
    const { points } = trend([point(100, 1), point(99, 1), point(0, 1)], none, box, NOW);
    const [a, b, c] = points.map((each) => each.x) as [number, number, number];
    expect(c - b).toBeGreaterThan(10 * (b - a));
  });

  it("both parts of a blood pressure have their limit", () => {
    const points = [point(1, 165, { second: 95 }), point(0, 150, { second: 90 })];
    const { limits, second } = trend(points, { ...none, high: 160, second_high: 100 }, box, NOW);
    expect(limits.map((limit) => limit.value)).toEqual([160, 100]);
    expect(second).toHaveLength(1);
  });

  it("marks outside the readings' time stay on the axis", () => {
    const { x } = trend([point(2, 1), point(1, 1)], none, box, NOW);
    expect(x(NOW - 100 * HOUR)).toBe(box.left);
    expect(x(NOW + 100 * HOUR)).toBe(box.width - box.right);
  });
});

describe("scales and lines", () => {
  it("map one interval to another, upside down too", () => {
    const y = linear([100, 200], [160, 10]);
    expect([y(100), y(150), y(200)]).toEqual([160, 85, 10]);
  });

  it("an interval without a length maps to the middle", () => {
    expect(linear([5, 5], [0, 10])(5)).toBe(5);
  });

  it("ticks are round values inside the interval", () => {
    expect(ticks([96.4, 203], 3)).toEqual([100, 150, 200]);
    expect(ticks([179.2, 183.9], 3)).toEqual([180, 182]);
    expect(ticks([0.1, 0.42], 3)).toEqual([0.2, 0.4]);
    expect(ticks([7, 7], 3)).toEqual([]);
  });

  it("a line goes through its points", () => {
    expect(
      through([
        { x: 0, y: 1.239 },
        { x: 10, y: 2 },
      ]),
    ).toBe("M0 1.24L10 2");
  });
});
