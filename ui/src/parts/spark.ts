// The geometry of a sparkline: points and limit band in a small box.

import type { Band } from "../generated/Band";
import type { SeverityView } from "../generated/SeverityView";
import type { TrendPoint } from "../generated/TrendPoint";
import { linear, through } from "./scale";

export interface SparkDot {
  x: number;
  y: number;
  severity: SeverityView;
  hollow: boolean;
  last: boolean;
}

export interface Spark {
  path: string;
  dots: SparkDot[];
  /** The limit band's top and bottom; an open side reaches the edge of the box. */
  band: { top: number; bottom: number; high: number | null; low: number | null } | null;
}

/** The values an axis must hold: every point and every limit, so that the band is always in sight. */
export function extent(points: readonly TrendPoint[], band: Band): [number, number] {
  const values: number[] = [];
  for (const point of points) {
    values.push(point.value);
    if (point.second !== null) values.push(point.second);
  }
  const hasSecond = points.some((point) => point.second !== null);
  for (const limit of [band.low, band.high]) if (limit !== null) values.push(limit);
  if (hasSecond)
    for (const limit of [band.second_low, band.second_high]) if (limit !== null) values.push(limit);
  if (values.length === 0) return [0, 1];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low || Math.abs(high) || 1) * 0.12;
  return [low - room, high + room];
}

/** Readings are spread evenly: a row shows the shape of the last ones, the panel shows their times. */
export function spark(points: readonly TrendPoint[], band: Band, width: number, height: number): Spark {
  const inset = 4;
  const main: TrendPoint[] = points.map((point) => ({ ...point, second: null }));
  const x = linear([0, Math.max(1, points.length - 1)], [inset, width - inset]);
  const y = linear(extent(main, band), [height - 2, 2]);
  const dots = points.map((point, index) => ({
    x: points.length === 1 ? width / 2 : x(index),
    y: y(point.value),
    severity: point.severity,
    hollow: point.hollow,
    last: index === points.length - 1,
  }));
  const high = band.high === null ? null : y(band.high);
  const low = band.low === null ? null : y(band.low);
  return {
    path: dots.length > 1 ? through(dots) : "",
    dots,
    band: high === null && low === null ? null : { top: high ?? 0, bottom: low ?? height, high, low },
  };
}
