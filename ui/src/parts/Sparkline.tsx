import { memo } from "react";
import type { Band } from "../generated/Band";
import type { TrendPoint } from "../generated/TrendPoint";
import styles from "./Sparkline.module.css";
import { spark } from "./spark";

interface Props {
  points: TrendPoint[];
  band: Band;
  label: string;
  /** Out-of-limit points are coloured only while the row needs a person. */
  alarming: boolean;
  width?: number;
  height?: number;
}

export const Sparkline = memo(function Sparkline({
  points,
  band,
  label,
  alarming,
  width = 88,
  height = 28,
}: Props) {
  if (points.length === 0) return <span className={styles.none} aria-hidden="true" />;
  const drawn = spark(points, band, width, height);
  return (
    <svg
      className={styles.spark}
      data-alarming={alarming || undefined}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      {drawn.band && (
        <>
          <rect
            className={styles.band}
            x={0}
            y={drawn.band.top}
            width={width}
            height={Math.max(0, drawn.band.bottom - drawn.band.top)}
            rx={2}
          />
          {drawn.band.high !== null && (
            <line className={styles.edge} x1={0} x2={width} y1={drawn.band.high} y2={drawn.band.high} />
          )}
          {drawn.band.low !== null && (
            <line className={styles.edge} x1={0} x2={width} y1={drawn.band.low} y2={drawn.band.low} />
          )}
        </>
      )}
      <path className={styles.line} d={drawn.path} />
      {drawn.dots.map((dot, index) =>
        dot.last || dot.severity !== "info" ? (
          <circle
            key={index}
            className={styles.dot}
            data-severity={dot.severity}
            data-hollow={dot.hollow || undefined}
            cx={dot.x}
            cy={dot.y}
            r={dot.last ? 3 : 2}
          />
        ) : null,
      )}
    </svg>
  );
});
