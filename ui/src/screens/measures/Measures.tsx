// How the desk is doing over a span: response, load, floods, chattering, and what failed silently.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { MeasuresView } from "../../generated/MeasuresView";
import type { ResponseView } from "../../generated/ResponseView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Select } from "../../parts/Field";
import { Card, Columns, Screen } from "../../parts/Screen";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { dayName } from "../../words/time";
import styles from "./Measures.module.css";

const SPANS = ["1", "7", "30", "90"] as const;
type Span = (typeof SPANS)[number];
const DAY = 86_400_000;

export function Measures() {
  const { t } = useWords();
  const [span, setSpan] = useState<Span>("7");
  const asked = useQuery({
    queryKey: ["measures", span],
    queryFn: () => {
      const to = Date.now() + 1_000;
      return call("measures", {
        from: new Date(to - Number(span) * DAY).toISOString(),
        to: new Date(to).toISOString(),
      });
    },
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  const view = asked.data;
  return (
    <Screen
      title={t("measures.title")}
      words={t("measures.words")}
      actions={
        <div className={styles.span}>
          <Select
            label={t("measures.span")}
            value={span}
            onChange={setSpan}
            options={SPANS.map((id) => ({ id, label: t(`measures.span_${id}`) }))}
          />
        </div>
      }
    >
      {asked.isError && !view && <Failure thrown={asked.error} onRetry={() => void asked.refetch()} />}
      {!view && !asked.isError && <Skeleton rows={8} label={t("app.loading")} />}
      {view && (
        <Columns
          side={
            <>
              <Silent view={view} />
              <Busiest view={view} />
            </>
          }
        >
          <Response view={view} />
          <Load view={view} />
          <div className={styles.grid}>
            <Flood view={view} />
            <Mix view={view} />
            <Figure
              title={t("measures.chattering")}
              words={t("measures.chattering_words")}
              value={view.chattering}
              bad={view.chattering > 0}
            />
            <Figure
              title={t("measures.stale")}
              words={t("measures.stale_words")}
              value={view.stale}
              bad={view.stale > 0}
            />
            <Figure
              title={t("measures.standing")}
              words={t("measures.standing_words")}
              value={view.standing}
              bad={false}
            />
          </div>
        </Columns>
      )}
    </Screen>
  );
}

const one = (n: number) => Math.round(n * 10) / 10;

function Figure({
  title,
  words,
  value,
  bad,
  children,
}: {
  title: string;
  words: string;
  value: ReactNode;
  /** Beyond its target: it wears a colour and a mark. */
  bad: boolean;
  children?: ReactNode;
}) {
  return (
    <Card title={title}>
      <p className={styles.figure} data-bad={bad || undefined}>
        {bad && <span aria-hidden="true">▲</span>}
        <b>{value}</b>
        {children}
      </p>
      <p className={styles.words}>{words}</p>
    </Card>
  );
}

function Response({ view }: { view: MeasuresView }) {
  const { t } = useWords();
  const minutes = (n: number | null) => (n === null ? "–" : `${one(n)} ${t("measures.min")}`);
  const row = (name: "critical" | "abnormal", r: ResponseView) => (
    <tr>
      <th scope="row">{t(`measures.${name}`)}</th>
      <td>{r.alerts}</td>
      <td>{minutes(r.median)}</td>
      <td data-bad={(name === "critical" && r.p90 !== null && r.p90 > view.ack_target_minutes) || undefined}>
        {minutes(r.p90)}
      </td>
      <td data-bad={(name === "critical" && r.over_limit > 0) || undefined}>{r.over_limit}</td>
      <td>{r.untaken}</td>
    </tr>
  );
  return (
    <Card title={t("measures.response")} words={t("measures.response_words")}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{t("measures.response")}</span>
            </th>
            <th scope="col">{t("measures.alerts")}</th>
            <th scope="col">{t("measures.median")}</th>
            <th scope="col">{t("measures.p90")}</th>
            <th scope="col">{t("measures.over", { minutes: view.ack_limit_minutes })}</th>
            <th scope="col">{t("measures.untaken")}</th>
          </tr>
        </thead>
        <tbody>
          {row("critical", view.critical)}
          {row("abnormal", view.abnormal)}
        </tbody>
      </table>
      <p className={styles.words}>
        {t("measures.critical")}:{" "}
        {t("measures.target", { minutes: view.ack_target_minutes, limit: view.ack_limit_minutes })}
      </p>
    </Card>
  );
}

function Load({ view }: { view: MeasuresView }) {
  const { t, language } = useWords();
  const days = view.by_day.slice(-31);
  const most = Math.max(1, ...days.map((day) => day.alarms));
  return (
    <Card title={t("measures.load")} words={t("measures.load_words")}>
      {days.length === 0 ? (
        <Nothing>{t("measures.empty")}</Nothing>
      ) : (
        <ol className={styles.days}>
          {days.map((day) => {
            const name = dayName(`${day.day}T12:00:00`, language);
            const each = day.staff === 0 ? null : one(day.alarms / day.staff);
            const said =
              each === null
                ? t("measures.nobody")
                : `${t("measures.per_person", { count: each })}, ${t("measures.staff", { count: day.staff })}`;
            return (
              <li key={day.day} title={`${name}: ${day.alarms}. ${said}`}>
                <span className="visually-hidden">{`${name}: ${day.alarms}. ${said}`}</span>
                <span className={styles.count} aria-hidden="true">
                  {day.alarms}
                </span>
                <span className={styles.bar} aria-hidden="true">
                  <i style={{ height: `${(day.alarms / most) * 100}%` }} />
                </span>
                <span className={styles.name} aria-hidden="true">
                  {name}
                </span>
                <span className={styles.each} aria-hidden="true">
                  {each === null ? "–" : `÷${day.staff} = ${each}`}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </Card>
  );
}

function Flood({ view }: { view: MeasuresView }) {
  const { t } = useWords();
  const percent = Math.round(view.flood_share * 10_000) / 100;
  return (
    <Figure
      title={t("measures.flood")}
      words={t("measures.flood_words")}
      value={`${percent} %`}
      bad={view.flood_share >= 0.01 || view.peak > 10}
    >
      <span>
        {t("measures.floods", { count: view.floods })}, {t("measures.peak", { count: view.peak })}
      </span>
    </Figure>
  );
}

function Mix({ view }: { view: MeasuresView }) {
  const { t } = useWords();
  const all = view.critical.alerts + view.abnormal.alerts;
  const share = all === 0 ? 0 : Math.round((view.critical.alerts / all) * 100);
  return (
    <Card title={t("measures.mix")}>
      <p className={styles.figure}>
        <b>{t("measures.mix_critical", { share, count: all })}</b>
      </p>
      <svg className={styles.mix} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect className={styles.rest} width="100" height="8" />
        <rect className={styles.critical} width={share} height="8" />
      </svg>
      <p className={styles.words}>{t("measures.mix_words")}</p>
    </Card>
  );
}

type Failed =
  | "page_not_proven"
  | "pager_down"
  | "text_not_delivered"
  | "no_text_possible"
  | "chart_blocked"
  | "ehr_request_failed";

function Silent({ view }: { view: MeasuresView }) {
  const { t } = useWords();
  return (
    <Card title={t("measures.silent")} words={t("measures.silent_words")}>
      {view.failures.length === 0 && <Nothing>{t("measures.silent_none")}</Nothing>}
      <ul className={styles.list}>
        {view.failures.map(({ what, count }) => (
          <li key={what}>
            <b>{count}</b> {t(`measures.f_${what as Failed}`)}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Busiest({ view }: { view: MeasuresView }) {
  const { t, word } = useWords();
  return (
    <Card title={t("measures.busiest")} words={t("measures.busiest_words")}>
      {view.busiest.length === 0 && <Nothing>{t("measures.empty")}</Nothing>}
      <ol className={styles.list}>
        {view.busiest.map((b) => (
          <li key={`${b.patient.mrn} ${b.vital}`}>
            <b>{b.alarms}</b> {b.patient.name || b.patient.mrn}, {word("vital", b.vital).toLowerCase()}
            {b.in_an_hour >= 3 && <span>{t("measures.in_an_hour", { count: b.in_an_hour })}</span>}
          </li>
        ))}
      </ol>
    </Card>
  );
}
