// One patient's trend: neutral points, coloured and shaped only beyond the limit; read by pointer or arrow keys.

import { useEffect, useRef, useState } from "react";
import type { Band } from "../generated/Band";
import type { TrendMark } from "../generated/TrendMark";
import type { TrendPoint } from "../generated/TrendPoint";
import { useWords } from "../i18n/useWords";
import { dayName, exact, shortTime } from "../words/time";
import styles from "./TrendChart.module.css";
import { type Trend, trend } from "./trend";

interface Props {
  points: TrendPoint[];
  band: Band;
  /** Limits that are not saved yet: drawn as lines beside those in force. */
  proposed?: Band;
  marks: TrendMark[];
  vital: string;
  unit: string;
  now: number;
}

const HEIGHT = 168;
const LANE = 18;
const BOX = { left: 8, right: 44, top: 12, bottom: 24 + LANE };
const DAY = 86_400_000;

export function TrendChart({ points, band, proposed, marks, vital, unit, now }: Props) {
  const { t, language } = useWords();
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(400);
  const [read, setRead] = useState<number | null>(null);

  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(Math.max(240, element.clientWidth)));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  if (points.length === 0) return <p className={styles.empty}>{t("chart.empty")}</p>;
  // The axis ends a little after now, so that the last point is not on the edge.
  const drawn = trend(points, band, { ...BOX, width, height: HEIGHT }, now, proposed);
  const index = Math.min(read ?? points.length - 1, points.length - 1);
  const at = drawn.points[index] as Trend["points"][number];
  const span = now - Date.parse((points[0] as TrendPoint).at);
  const figures = (point: TrendPoint) =>
    point.second === null ? `${point.value}` : `${point.value}/${point.second}`;
  const stateOf = (point: TrendPoint) =>
    point.hollow ? t("chart.hollow") : point.severity === "info" ? t("chart.within") : t("chart.beyond");
  const said = `${figures(at.point)} ${unit}, ${exact(at.point.at, language, now)}, ${stateOf(at.point)}`;
  const baseline = HEIGHT - BOX.bottom;

  const move = (to: number) => setRead(Math.min(points.length - 1, Math.max(0, to)));
  const nearest = (x: number) => {
    let best = 0;
    for (let i = 1; i < drawn.points.length; i += 1) {
      if (Math.abs((drawn.points[i]?.x ?? 0) - x) < Math.abs((drawn.points[best]?.x ?? 0) - x)) best = i;
    }
    return best;
  };

  return (
    <div
      ref={holder}
      className={styles.chart}
      role="slider"
      tabIndex={0}
      aria-label={t("chart.label", { vital, count: points.length })}
      aria-valuemin={1}
      aria-valuemax={points.length}
      aria-valuenow={index + 1}
      aria-valuetext={said}
      onKeyDown={(event) => {
        const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: points.length - 1 }[
          event.key
        ];
        if (to === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        move(to);
      }}
      onPointerMove={(event) =>
        setRead(nearest(event.clientX - event.currentTarget.getBoundingClientRect().left))
      }
      onPointerLeave={() => setRead(null)}
      onBlur={() => setRead(null)}
    >
      <svg
        width={width}
        height={HEIGHT}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        aria-hidden="true"
        focusable="false"
      >
        {drawn.bands.map((each, i) => (
          <rect
            key={i}
            className={styles.band}
            x={BOX.left}
            width={width - BOX.left - BOX.right}
            y={each.top}
            height={Math.max(0, each.bottom - each.top)}
            rx={3}
          />
        ))}
        {drawn.levels
          .filter((level) =>
            [...drawn.limits, ...drawn.proposed].every((limit) => Math.abs(limit.y - level.y) > 13),
          )
          .map((level) => (
            <text key={level.value} className={styles.level} x={width - BOX.right + 8} y={level.y + 4}>
              {level.value}
            </text>
          ))}
        {drawn.limits.map((limit) => (
          <g key={limit.value}>
            <line className={styles.limit} x1={BOX.left} x2={width - BOX.right} y1={limit.y} y2={limit.y} />
            <text className={styles.limitValue} x={width - BOX.right + 8} y={limit.y + 4}>
              {limit.value}
            </text>
          </g>
        ))}
        {drawn.proposed.map((limit) => (
          <g key={limit.value}>
            <line
              className={styles.proposed}
              x1={BOX.left}
              x2={width - BOX.right}
              y1={limit.y}
              y2={limit.y}
            />
            <text
              className={styles.proposedValue}
              x={width - BOX.right + 8}
              y={beside(limit.y, drawn.limits) + 4}
            >
              {limit.value}
            </text>
          </g>
        ))}
        {drawn.second.map((path, i) => (
          <path key={i} className={styles.second} d={path} />
        ))}
        {drawn.main.map((path, i) => (
          <path key={i} className={styles.main} d={path} />
        ))}
        {drawn.points.map(
          (point, i) =>
            point.second !== null && (
              <circle key={`s${i}`} className={styles.point} cx={point.x} cy={point.second} r={1.8} />
            ),
        )}
        {drawn.points.map((point, i) => (
          <Point key={i} {...point} last={i === points.length - 1} />
        ))}
        <line
          className={styles.axis}
          x1={BOX.left}
          x2={width - BOX.right}
          y1={baseline + LANE}
          y2={baseline + LANE}
        />
        {drawn.ticks.map((tick) => (
          <text key={tick.at} className={styles.tick} x={tick.x} y={HEIGHT - 6}>
            {span > 2 * DAY ? dayName(tick.at, language) : shortTime(tick.at, language, now)}
          </text>
        ))}
        {marks.map((mark, i) => (
          <Mark key={i} mark={mark} x={drawn.x(Date.parse(mark.at))} y={baseline + LANE / 2} />
        ))}
        {read !== null && (
          <g>
            <line className={styles.hair} x1={at.x} x2={at.x} y1={BOX.top} y2={baseline + LANE} />
            <circle className={styles.ringed} cx={at.x} cy={at.y} r={6} />
          </g>
        )}
      </svg>
      <p className={styles.readout} aria-hidden="true">
        <b>{figures(at.point)}</b> {unit}
        <span>
          {exact(at.point.at, language, now)} · {stateOf(at.point)}
        </span>
      </p>
    </div>
  );
}

/** Where the word of a line stands so that it covers none of the others'. */
function beside(y: number, others: Trend["limits"]): number {
  const near = others.find((other) => Math.abs(other.y - y) < 13);
  return near ? near.y + (y < near.y ? -13 : 13) : y;
}

function Point({ x, y, point, last }: Trend["points"][number] & { last: boolean }) {
  const shape = {
    className: styles.point,
    "data-severity": point.severity,
    "data-hollow": point.hollow || undefined,
  };
  const r = last ? 4.5 : 3;
  if (point.hollow || point.severity === "info")
    return <circle {...shape} cx={x} cy={y} r={last ? 3.5 : 2.4} />;
  if (point.severity === "abnormal") {
    return <path {...shape} d={`M${x} ${y - r * 1.25}L${x + r * 1.2} ${y + r * 0.95}H${x - r * 1.2}Z`} />;
  }
  const c = r * 0.42;
  return (
    <path
      {...shape}
      d={`M${x - c} ${y - r}H${x + c}L${x + r} ${y - c}V${y + c}L${x + c} ${y + r}H${x - c}L${x - r} ${y + c}V${y - c}Z`}
    />
  );
}

/** Texts, answers, pages and notes, each its own small sign on one lane under the trend. */
function Mark({ mark, x, y }: { mark: TrendMark; x: number; y: number }) {
  const { t } = useWords();
  const known = ["text", "reply", "page", "note"].find((kind) => kind === mark.kind) as
    | "text"
    | "reply"
    | "page"
    | "note"
    | undefined;
  return (
    <g className={styles.mark} transform={`translate(${x} ${y})`}>
      <title>{known ? `${t(`chart.${known}`)}: ${mark.label}` : mark.label}</title>
      {mark.kind === "text" && <path d="M-4-3.5h8v5.5h-5l-3 2.5z" />}
      {mark.kind === "reply" && <path data-solid d="M4-3.5h-8v5.5h5l3 2.5z" />}
      {mark.kind === "page" && <path d="M-3.5 2.5V-.5a3.5 3.5 0 0 1 7 0v3zM-1 4.5h2" />}
      {(mark.kind === "note" || !known) && <path d="M-3-4h6v8h-6zM-1-1.5h2M-1 1h2" />}
    </g>
  );
}
