// Alarms week by week, in pairs: with the limits in force, and with those proposed. Past alarms need nobody: greys.

import { useEffect, useRef, useState } from "react";
import type { BacktestWeek } from "../../generated/BacktestWeek";
import { useWords } from "../../i18n/useWords";
import { ticks } from "../scale";
import styles from "./BackTest.module.css";

const HEIGHT = 132;
const BOX = { left: 8, right: 34, top: 8, bottom: 22 };

export function Weeks({ weeks }: { weeks: BacktestWeek[] }) {
  const { t, language } = useWords();
  const holder = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(480);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setWidth(Math.max(240, element.clientWidth)));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const most = Math.max(
    1,
    ...weeks.flatMap((w) => [w.before_critical + w.before_abnormal, w.after_critical + w.after_abnormal]),
  );
  const day = (at: string) =>
    new Date(at).toLocaleDateString(language === "es" ? "es-US" : "en-US", {
      month: "short",
      day: "numeric",
    });
  const floor = HEIGHT - BOX.bottom;
  const y = (n: number) => floor - (n / most) * (floor - BOX.top);
  const step = (width - BOX.left - BOX.right) / weeks.length;
  const bar = Math.max(3, Math.min(18, step * 0.34));
  const every = Math.ceil(weeks.length / Math.max(1, Math.floor(width / 90)));
  const pair = (x: number, side: "before" | "after", critical: number, abnormal: number) => (
    <g className={styles.bar} data-side={side}>
      <rect x={x} width={bar} y={y(critical)} height={floor - y(critical)} data-severity="critical" />
      <rect x={x} width={bar} y={y(critical + abnormal)} height={y(critical) - y(critical + abnormal)} />
    </g>
  );
  return (
    <figure className={styles.weeks}>
      <figcaption>
        {t("backtest.weeks")}
        <span className={styles.key} data-side="before">
          <i /> {t("backtest.now")}
        </span>
        <span className={styles.key} data-side="after">
          <i /> {t("backtest.proposed")}
        </span>
        <span className={styles.key} data-severity="critical">
          <i /> {t("backtest.critical")}
        </span>
      </figcaption>
      <div ref={holder}>
        <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
          {ticks([0, most], 3)
            .filter((n) => Number.isInteger(n))
            .map((n) => (
              <g key={n}>
                <line className={styles.level} x1={BOX.left} x2={width - BOX.right} y1={y(n)} y2={y(n)} />
                <text x={width - BOX.right + 8} y={y(n) + 4}>
                  {n}
                </text>
              </g>
            ))}
          {weeks.map((week, i) => {
            const middle = BOX.left + step * (i + 0.5);
            return (
              <g key={week.from}>
                {pair(middle - bar - 1, "before", week.before_critical, week.before_abnormal)}
                {pair(middle + 1, "after", week.after_critical, week.after_abnormal)}
                {i % every === 0 && (
                  <text className={styles.day} x={middle} y={HEIGHT - 6}>
                    {day(week.from)}
                  </text>
                )}
              </g>
            );
          })}
        </svg>
      </div>
      <table className="visually-hidden">
        <caption>{t("backtest.weeks_label", { count: weeks.length })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("backtest.week_of")}</th>
            {(["now", "proposed"] as const).flatMap((side) =>
              (["critical", "abnormal"] as const).map((severity) => (
                <th key={side + severity} scope="col">
                  {t(`backtest.${side}`)}, {t(`backtest.${severity}`)}
                </th>
              )),
            )}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week.from}>
              <th scope="row">{day(week.from)}</th>
              <td>{week.before_critical}</td>
              <td>{week.before_abnormal}</td>
              <td>{week.after_critical}</td>
              <td>{week.after_abnormal}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
