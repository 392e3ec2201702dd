// One patient whole: who they are, limits and where these come from, trends, conversation, episodes, visits.

import { IconArrowLeft, IconClockExclamation } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { PatientPage } from "../../generated/PatientPage";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Card, Columns } from "../../parts/Screen";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { Thread } from "../../parts/Thread";
import { TrendChart } from "../../parts/TrendChart";
import { useNow } from "../../state/clock";
import { goTo, hrefOf } from "../../state/route";
import { birthDate, dayName, exact } from "../../words/time";
import { ChangeLimits } from "./ChangeLimits";
import { History } from "./History";
import styles from "./PatientView.module.css";
import { Personal } from "./Personal";
import { Stats } from "./Stats";
import { Texts } from "./Texts";

export function PatientView({ mrn }: { mrn: string }) {
  const { t } = useWords();
  const found = useQuery({ queryKey: ["patient", mrn], queryFn: () => call("patient", { mrn }) });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("[role=dialog]")) return;
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      goTo("patients");
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <section className={styles.screen} aria-label={found.data?.patient.name ?? t("patients.title")}>
      {found.data ? (
        <Whole page={found.data} />
      ) : found.isError ? (
        <>
          <Back />
          <Failure thrown={found.error} onRetry={() => void found.refetch()} />
        </>
      ) : (
        <Skeleton rows={10} label={t("app.loading")} />
      )}
    </section>
  );
}

function Back() {
  const { t } = useWords();
  return (
    <a className={styles.back} href={hrefOf("patients")}>
      <IconArrowLeft size={16} aria-hidden="true" /> {t("patients.title")}
    </a>
  );
}

function Whole({ page }: { page: PatientPage }) {
  const { t, word, language } = useWords();
  const { patient, personal } = page;
  const works = page.may !== "none";
  return (
    <>
      <header className={styles.head}>
        <Back />
        <h1>{patient.name}</h1>
        <p className={styles.ids}>
          {patient.birth_date && <b>{t("list.born", { date: birthDate(patient.birth_date, language) })}</b>}
          <b>{t("list.mrn", { mrn: patient.mrn })}</b>
          <span>{t("patients.case", { id: patient.case_id })}</span>
          <span>{t("panel.local_time", { time: personal.local_time })}</span>
          {personal.status_now !== "active" && (
            <em className={styles.tag}>{word("status", personal.status_now)}</em>
          )}
          {personal.zone_assumed && <em className={styles.tag}>{t("patients.assumed")}</em>}
          {personal.untextable && (
            <em className={styles.tag}>{t("patients.no_text", { why: personal.untextable })}</em>
          )}
        </p>
      </header>
      <Columns
        side={
          <>
            <Personal page={page} works={works} />
            <Texts page={page} works={works} />
            <Visits page={page} />
            <Card title={t("panel.conversation")} words={t("patients.ninety_days")}>
              <Thread messages={page.conversation} seenBy="clinic" empty={t("panel.conversation_empty")} />
            </Card>
          </>
        }
      >
        <Limits page={page} />
        <Trends page={page} />
        <Episodes page={page} />
        <Stats page={page} />
        <Card title={t("patients.history")} words={t("patients.history_words")}>
          <History changes={page.history} columns={page.limits} />
        </Card>
      </Columns>
    </>
  );
}

function Limits({ page }: { page: PatientPage }) {
  const { t, word, language } = useWords();
  const [changing, setChanging] = useState(false);
  return (
    <Card
      title={t("patients.limits")}
      words={t("patients.limits_words")}
      actions={
        page.may !== "none" && (
          <Button size="small" onPress={() => setChanging(true)}>
            {t("patients.change_limits")}
          </Button>
        )
      }
    >
      <dl className={styles.limits}>
        {page.limits.map((column) => {
          const own = page.own[column.name];
          const review = page.review_on[column.name];
          const last = page.history.find((one) => one.limit === column.name);
          const due = review !== undefined && review <= page.today;
          return (
            <div key={column.name} data-own={own !== undefined || undefined}>
              <dt>{word("limit", column.name)}</dt>
              <dd>
                <b>{own ?? column.default ?? "–"}</b> <i>{column.unit}</i>
                <small>
                  {own === undefined
                    ? column.default === null
                      ? t("patients.no_limit")
                      : t("patients.default")
                    : last
                      ? t("patients.by_on", {
                          by: last.ordered_by ?? last.by,
                          day: dayName(last.at, language),
                        })
                      : t("patients.own")}
                </small>
                {review && (
                  <small data-due={due || undefined}>
                    {due && <IconClockExclamation size={12} aria-hidden="true" />}{" "}
                    {due
                      ? t("patients.review_due_since", { day: dayName(`${review}T12:00:00`, language) })
                      : t("patients.review_on_words", { day: dayName(`${review}T12:00:00`, language) })}
                  </small>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      {changing && <ChangeLimits page={page} onClose={() => setChanging(false)} />}
    </Card>
  );
}

function Trends({ page }: { page: PatientPage }) {
  const { t, word } = useWords();
  const now = useNow();
  return (
    <Card title={t("patients.trends")} words={t("patients.ninety_days")}>
      {page.trends.length === 0 && <Nothing>{t("chart.empty")}</Nothing>}
      <div className={styles.trends}>
        {page.trends.map((trend) => (
          <div key={trend.vital}>
            <h3>{word("vital", trend.vital)}</h3>
            <TrendChart
              points={trend.points}
              band={trend.band}
              marks={trend.marks}
              vital={word("vital", trend.vital)}
              unit={trend.unit}
              now={Math.ceil(now / 60_000) * 60_000}
            />
          </div>
        ))}
      </div>
    </Card>
  );
}

function Episodes({ page }: { page: PatientPage }) {
  const { t, word, language } = useWords();
  return (
    <Card title={t("patients.episodes")} words={t("patients.ninety_days")}>
      {page.tasks.length > 0 && (
        <ul className={styles.tasks}>
          {page.tasks.map((task) => (
            <li key={task.row}>
              <a href={hrefOf("worklist", task.row)}>{task.title}</a>{" "}
              <small>{exact(task.since, language)}</small>
            </li>
          ))}
        </ul>
      )}
      {page.episodes.length === 0 ? (
        <Nothing>{t("patients.episodes_none")}</Nothing>
      ) : (
        <div className={styles.wide}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th>{t("patients.opened")}</th>
                <th>{t("patients.vital")}</th>
                <th>{t("patients.worst")}</th>
                <th>{t("patients.value")}</th>
                <th>{t("patients.outcome")}</th>
                <th>{t("patients.minutes")}</th>
              </tr>
            </thead>
            <tbody>
              {page.episodes.map((one) => (
                <tr key={one.id}>
                  <td>
                    <a href={hrefOf("worklist", one.id)}>
                      <time dateTime={one.opened_at}>{exact(one.opened_at, language)}</time>
                    </a>
                  </td>
                  <td>{one.vital === "symptoms" ? t("patients.symptoms") : word("vital", one.vital)}</td>
                  <td>{word("severity", one.worst)}</td>
                  <td className={styles.figure}>{one.value}</td>
                  <td>
                    {one.disposition ? word("disposition", one.disposition) : word("state", one.state)}
                    {one.by && <small>{one.by}</small>}
                  </td>
                  <td className={styles.figure}>{one.minutes ?? ""}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Visits({ page }: { page: PatientPage }) {
  const { t, word, language } = useWords();
  return (
    <Card title={t("patients.visits")}>
      {page.visits.length === 0 && <Nothing>{t("patients.visits_none")}</Nothing>}
      <ul className={styles.visits}>
        {page.visits.map((visit) => (
          <li key={visit.appointment_id}>
            <a href={hrefOf("visits", visit.appointment_id)}>
              {dayName(`${visit.day}T12:00:00`, language)}, {visit.local_time}
            </a>
            <small>
              {visit.provider}, {visit.location} · {word("visit_state", visit.state)}
            </small>
          </li>
        ))}
      </ul>
    </Card>
  );
}
