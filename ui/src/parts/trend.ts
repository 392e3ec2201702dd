// The geometry of the trend chart: real times, gaps that stay gaps, the limit band always in sight.

import type { Band } from "../generated/Band";
import type { TrendPoint } from "../generated/TrendPoint";
import { linear, ticks as roundValues, through } from "./scale";
import { extent } from "./spark";

export interface Box {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Trend {
  /** One path for each stretch without a gap. */
  main: string[];
  second: string[];
  points: { x: number; y: number; second: number | null; point: TrendPoint }[];
  bands: { top: number; bottom: number }[];
  limits: { y: number; value: number }[];
  /** Limits proposed that differ from those in force. */
  proposed: { y: number; value: number }[];
  ticks: { x: number; at: number }[];
  levels: { y: number; value: number }[];
  x: (at: number) => number;
}

/** A pause longer than this is drawn as a gap: three usual intervals, but never less than a day and a half. */
export function gapAfter(times: readonly number[]): number {
  const steps: number[] = [];
  for (let i = 1; i < times.length; i += 1) steps.push((times[i] as number) - (times[i - 1] as number));
  if (steps.length === 0) return Number.POSITIVE_INFINITY;
  steps.sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] as number;
  return Math.max(usual * 3, 36 * 3_600_000);
}

function stretches(points: { x: number; y: number; at: number }[], gap: number): string[] {
  const all: (typeof points)[] = [];
  for (const point of points) {
    const current = all.at(-1);
    const before = current?.at(-1);
    if (!current || !before || point.at - before.at > gap) all.push([point]);
    else current.push(point);
  }
  return all.filter((stretch) => stretch.length > 1).map(through);
}

export function trend(
  points: readonly TrendPoint[],
  band: Band,
  box: Box,
  now: number,
  proposed?: Band,
): Trend {
  const times = points.map((point) => Date.parse(point.at));
  const first = times[0] ?? now;
  const last = Math.max(times.at(-1) ?? now, now);
  const x = linear([first, Math.max(last, first + 60_000)], [box.left, box.width - box.right]);
  const [low, high] = extent(points, band);
  const [also, upTo] = proposed ? extent(points, proposed) : [low, high];
  const range: [number, number] = [Math.min(low, also), Math.max(high, upTo)];
  const y = linear(range, [box.height - box.bottom, box.top]);
  const gap = gapAfter(times);
  const placed = points.map((point, index) => ({
    x: x(times[index] as number),
    y: y(point.value),
    second: point.second === null ? null : y(point.second),
    at: times[index] as number,
    point,
  }));
  const bands: { top: number; bottom: number }[] = [];
  const limits: { y: number; value: number }[] = [];
  const side = (low: number | null, high: number | null) => {
    if (low === null && high === null) return;
    bands.push({
      top: high === null ? box.top : y(high),
      bottom: low === null ? box.height - box.bottom : y(low),
    });
    for (const value of [high, low]) if (value !== null) limits.push({ y: y(value), value });
  };
  const hasSecond = points.some((point) => point.second !== null);
  side(band.low, band.high);
  if (hasSecond) {
    // Two bands would overlap; the second limit is a line of its own.
    for (const value of [band.second_high, band.second_low])
      if (value !== null) limits.push({ y: y(value), value });
  }
  const moved: { y: number; value: number }[] = [];
  if (proposed) {
    for (const side of ["high", "low", "second_high", "second_low"] as const) {
      const value = proposed[side];
      if (value !== null && value !== band[side] && (hasSecond || !side.startsWith("second")))
        moved.push({ y: y(value), value });
    }
  }
  const wanted = Math.max(2, Math.floor((box.width - box.left - box.right) / 110));
  const ticks = Array.from({ length: wanted }, (_, index) => {
    const at = first + ((last - first) * (index + 0.5)) / wanted;
    return { x: x(at), at };
  });
  return {
    main: stretches(placed, gap),
    second: stretches(
      placed.filter((p) => p.second !== null).map((p) => ({ x: p.x, y: p.second as number, at: p.at })),
      gap,
    ),
    points: placed,
    bands,
    limits,
    proposed: moved,
    ticks,
    levels: roundValues(range, 3).map((value) => ({ y: y(value), value })),
    x: (at) => Math.min(box.width - box.right, Math.max(box.left, x(at))),
  };
}
