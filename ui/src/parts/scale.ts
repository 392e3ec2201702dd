// Straight scales and lines, all that the charts need. The usual chart libraries assign over built-in prototypes,
// which the window freezes.

export type Scale = (value: number) => number;

/** From one interval to another; an interval without a length maps to the middle. */
export function linear([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Scale {
  if (high === low) return () => (from + to) / 2;
  return (value) => from + ((value - low) / (high - low)) * (to - from);
}

/** Round values inside an interval, about so many: steps of 1, 2 or 5 times a power of ten. */
export function ticks([low, high]: readonly [number, number], about: number): number[] {
  if (!(high > low)) return [];
  const rough = (high - low) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const last = Math.floor(high / step);
  // Multiples, not sums: a sum of tenths drifts.
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** A line through points, as an SVG path. */
export function through(points: readonly { x: number; y: number }[]): string {
  const at = (n: number) => Math.round(n * 100) / 100;
  return points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${at(x)} ${at(y)}`).join("");
}
