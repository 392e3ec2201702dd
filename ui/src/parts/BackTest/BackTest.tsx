// What a change of limits would have meant: a sentence, alarms before and after, the trend with both limits, what is missed.

import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useId } from "react";
import { Disclosure, DisclosurePanel, Button as PlainButton } from "react-aria-components";
import type { BacktestArgs } from "../../generated/BacktestArgs";
import type { BacktestEpisode } from "../../generated/BacktestEpisode";
import type { BacktestResult } from "../../generated/BacktestResult";
import { en } from "../../i18n/en";
import { useWords } from "../../i18n/useWords";
import { engineNow } from "../../state/clock";
import { hrefOf } from "../../state/route";
import { exact } from "../../words/time";
import { Button } from "../Button";
import { Skeleton } from "../States";
import { TrendChart } from "../TrendChart";
import styles from "./BackTest.module.css";
import { useBackTest } from "./useBackTest";
import { Weeks } from "./Weeks";

interface Props {
  /** The change as typed; none = nothing is changed yet. */
  change: BacktestArgs | null;
  /** Hears what was found, so that the save can ask for its reason; none while nothing is known. */
  onFound?: (found: BacktestResult | null) => void;
}

export function BackTest({ change, onFound }: Props) {
  const { t } = useWords();
  const heading = useId();
  const { view, error, waiting, stop, again } = useBackTest(change);
  const found = view?.result ?? null;
  useEffect(() => onFound?.(waiting ? null : found), [found, waiting, onFound]);

  return (
    <section className={styles.test} aria-labelledby={heading} aria-busy={waiting || undefined}>
      <h3 id={heading}>{t("backtest.title")}</h3>
      {change === null && <p className={styles.quiet}>{t("backtest.nothing")}</p>}
      {error && (
        <p className={styles.trouble} role="alert">
          {error.what_happened} {error.what_to_do}
        </p>
      )}
      {view?.state === "running" && (
        <div className={styles.progress}>
          <progress max={1} value={view.progress} aria-label={t("backtest.running")} />
          <span>
            {t("backtest.running")} {Math.round(view.progress * 100)} %
          </span>
          <Button size="small" onPress={stop}>
            {t("backtest.stop")}
          </Button>
        </div>
      )}
      {(view?.state === "cancelled" || view?.state === "failed") && !waiting && (
        <div className={styles.progress}>
          <span>{t("backtest.stopped")}</span>
          <Button size="small" onPress={again}>
            {t("backtest.again")}
          </Button>
        </div>
      )}
      {waiting && !found && <Skeleton rows={3} height={28} label={t("backtest.running")} />}
      {change !== null && found && <Found found={found} old={waiting} />}
    </section>
  );
}

function Found({ found, old }: { found: BacktestResult; old: boolean }) {
  const { t, language } = useWords();
  const names = found.loosens.map((name) =>
    name in en.limit_name ? t(`limit_name.${name as keyof typeof en.limit_name}`) : name,
  );
  return (
    <div className={styles.found} data-old={old || undefined}>
      <p className={styles.sentence} role="status">
        {found.sentence}
      </p>
      {found.reason_needed && (
        <p className={styles.reason}>
          <IconAlertTriangle size={16} aria-hidden="true" />
          <span>
            {names.length > 0 && <>{t("backtest.loosens", { names: names.join(", ") })} </>}
            {t("backtest.reason")}
          </span>
        </p>
      )}
      <Episodes title={t("backtest.missed_title")} of={found.missed} count={found.missed_count} open />
      <div className={styles.loads}>
        <Load word={t("backtest.now")} side="before" load={found.before} />
        <span className={styles.arrow} aria-hidden="true">
          →
        </span>
        <Load word={t("backtest.proposed")} side="after" load={found.after} />
      </div>
      <Weeks weeks={found.weeks} />
      {found.trends.map((trend) => (
        <figure key={trend.vital} className={styles.trend}>
          <figcaption>{t("backtest.trend", { vital: trend.name })}</figcaption>
          <TrendChart
            points={trend.points}
            band={trend.before}
            proposed={trend.after}
            marks={[]}
            vital={trend.name}
            unit={trend.unit}
            now={engineNow()}
          />
          {trend.vital === "weight" && <p className={styles.quiet}>{t("backtest.gain")}</p>}
        </figure>
      ))}
      <Episodes title={t("backtest.weaker_title")} of={found.weaker} count={found.weaker_count} />
      <Disclosure className={styles.how!}>
        <PlainButton slot="trigger" className={styles.more!}>
          {t("backtest.how")}
        </PlainButton>
        <DisclosurePanel>
          <p>
            {t("backtest.replayed", {
              readings: found.readings,
              count: found.patients,
              from: exact(found.from, language, engineNow()),
            })}{" "}
            {found.assumed}
          </p>
          {found.raised_by_neither > 0 && <p>{t("backtest.neither", { count: found.raised_by_neither })}</p>}
          {found.left_out.length > 0 && (
            <>
              <p>{t("backtest.left_out")}</p>
              <ul>
                {found.left_out.map((one) => (
                  <li key={one.why}>
                    <b>{one.readings}</b> {one.said}
                  </li>
                ))}
              </ul>
            </>
          )}
        </DisclosurePanel>
      </Disclosure>
    </div>
  );
}

function Load({
  word,
  side,
  load,
}: {
  word: string;
  side: "before" | "after";
  load: BacktestResult["before"];
}) {
  const { t } = useWords();
  return (
    <p className={styles.load} data-side={side}>
      <span className={styles.side}>
        <i aria-hidden="true" /> {word}
      </span>
      <b>{load.per_week}</b> <span>{t("backtest.per_week")}</span>
      <small>{t("backtest.critical_of", { count: load.critical_per_week })}</small>
    </p>
  );
}

function Episodes({
  title,
  of,
  count,
  open,
}: {
  title: string;
  of: BacktestEpisode[];
  count: number;
  open?: boolean;
}) {
  const { t, language, word } = useWords();
  if (of.length === 0) return null;
  const table = (
    <div className={styles.scroll}>
      <table className={styles.episodes}>
        <thead>
          <tr>
            <th scope="col">{t("backtest.case")}</th>
            <th scope="col">{t("backtest.when")}</th>
            <th scope="col">{t("backtest.value")}</th>
            <th scope="col">{t("backtest.acted")}</th>
            <th scope="col">{t("backtest.would")}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <a href={hrefOf("worklist", one.id)}>{one.case_id}</a>
              </th>
              <td>{exact(one.at, language, engineNow())}</td>
              <td>
                {one.vital} {one.value} <small>{word("severity", one.severity)}</small>
              </td>
              <td>{one.acted}</td>
              <td>{one.said}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count > of.length && (
        <p className={styles.quiet}>{t("backtest.more", { count: count - of.length })}</p>
      )}
    </div>
  );
  return (
    <Disclosure className={styles.list!} defaultExpanded={open ?? false}>
      <PlainButton slot="trigger" className={styles.more!}>
        {title}: {count}
      </PlainButton>
      <DisclosurePanel>{table}</DisclosurePanel>
    </Disclosure>
  );
}
