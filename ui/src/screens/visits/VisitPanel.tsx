// One visit: what is so, what waits for staff, when the reminders go and why, what was asked of the EHR, what was said.

import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { VisitDetail } from "../../generated/VisitDetail";
import type { VisitTask } from "../../generated/VisitTask";
import { asUserError, call, type HostError } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Failure, Skeleton } from "../../parts/States";
import { Shape } from "../../parts/shapes";
import { Thread } from "../../parts/Thread";
import { Left } from "../../parts/Times";
import { queries } from "../../state/queries";
import { hrefOf } from "../../state/route";
import { sayDone, sayError } from "../../state/toasts";
import { birthDate, shortTime } from "../../words/time";
import { Timeline } from "../worklist/Timeline";
import { PlanLine } from "./PlanLine";
import { StateShape } from "./StateShape";
import styles from "./VisitPanel.module.css";

export const VISIT_PANEL = "visits-panel";

export function VisitPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useWords();
  const visit = useQuery<VisitDetail, HostError>({
    queryKey: ["visit", id],
    queryFn: () => call("visit", { appointment_id: id }),
  });
  const detail = visit.data;
  return (
    <section
      id={VISIT_PANEL}
      className={styles.panel}
      tabIndex={-1}
      aria-label={t("visits.panel", { name: detail?.row.patient.name ?? id })}
    >
      {visit.error && !detail ? (
        <Failure thrown={visit.error} onRetry={() => void visit.refetch()} />
      ) : detail ? (
        <Shown detail={detail} onClose={onClose} />
      ) : (
        <Skeleton rows={6} label={t("visits.loading_one")} height={40} />
      )}
    </section>
  );
}

function Shown({ detail, onClose }: { detail: VisitDetail; onClose: () => void }) {
  const { t, word, language } = useWords();
  const { row } = detail;
  return (
    <>
      <header className={styles.head}>
        <div className={styles.name}>
          <h2>
            <a href={hrefOf("patients", row.patient.mrn)} title={t("patients.open_patient")}>
              {row.patient.name}
            </a>
          </h2>
          <Button
            tone="quiet"
            size="small"
            iconOnly
            icon={<IconX size={16} aria-hidden="true" />}
            onPress={onClose}
          >
            {t("panel.close")}
          </Button>
        </div>
        <p className={styles.ids}>
          {row.patient.birth_date && (
            <b>{t("list.born", { date: birthDate(row.patient.birth_date, language) })}</b>
          )}
          <b>{t("list.mrn", { mrn: row.patient.mrn })}</b>
          <span>{detail.phone ?? t("visits.no_phone")}</span>
          <span>{t("visits.appointment", { id: row.appointment_id })}</span>
        </p>
      </header>
      <div className={styles.body}>
        <div className={styles.section}>
          <p className={styles.when}>
            <b>{row.local_time}</b>
            <span>
              {row.day} · UTC{row.offset}
            </span>
          </p>
          <p>
            {row.provider}, {row.location}
            {detail.callback_phone && (
              <span className={styles.faint}>
                {" "}
                · {t("visits.call_back", { phone: detail.callback_phone })}
              </span>
            )}
          </p>
          <p className={styles.state}>
            <StateShape state={row.state} />
            {word("visit_state", row.state)}
            {row.confirmed && `, ${t("visits.confirmed_mark")}`}
            {row.request !== "none" && `, ${word("visit_request", row.request)}`}
          </p>
          <p>{detail.summary}</p>
        </div>
        {detail.tasks.length > 0 && <ForStaff tasks={detail.tasks} />}
        <div className={styles.section}>
          <h3>{t("visits.plan")}</h3>
          <p className={styles.faint}>
            {t("visits.plan_zone", { zone: detail.time_zone, time: detail.local_time })}
            {detail.zone_assumed && ` · ${t("visits.zone_assumed")}`}
          </p>
          <PlanLine plan={detail.plan} visit={row.starts_at} />
        </div>
        <div className={styles.section}>
          <h3>{t("visits.requests")}</h3>
          {detail.requests.length === 0 && <p className={styles.faint}>{t("visits.requests_none")}</p>}
          <ul>
            {detail.requests.map((request) => (
              <li key={`${request.at}${request.event_type}`}>
                {word("visit_request", request.event_type)}:{" "}
                <b data-trouble={["failed", "blocked"].includes(request.state) || undefined}>
                  {word("visit_request", request.state)}
                </b>
                <span className={styles.faint}>
                  {" "}
                  {t("visits.request_at", { time: shortTime(request.at, language) })} ·{" "}
                  {request.via.toUpperCase()}
                  {request.attempts > 0 && ` · ${t("visits.request_tries", { count: request.attempts })}`}
                  {request.problem && ` · ${request.problem}`}
                </span>
                {request.next_try_at && (
                  <span className={styles.faint}>
                    {" "}
                    <Left until={request.next_try_at} />
                  </span>
                )}
              </li>
            ))}
          </ul>
        </div>
        <div className={styles.section}>
          <h3>{t("visits.conversation")}</h3>
          <Thread messages={detail.conversation} seenBy="clinic" empty={t("visits.conversation_empty")} />
        </div>
        <div className={styles.section}>
          <h3>{t("visits.history")}</h3>
          <Timeline lines={detail.history} />
        </div>
      </div>
    </>
  );
}

/** What waits for a person about this visit: the rows of the Worklist, to be worked from here as well. */
function ForStaff({ tasks }: { tasks: VisitTask[] }) {
  const { t } = useWords();
  const act = async (done: ReturnType<typeof call<"acknowledge">>) => {
    try {
      sayDone(await done);
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    void queries.invalidateQueries({ queryKey: ["visits"] });
    void queries.invalidateQueries({ queryKey: ["visit"] });
  };
  return (
    <div className={styles.section}>
      <h3>{t("visits.staff")}</h3>
      <ul className={styles.tasks}>
        {tasks.map((task) => (
          <li key={task.row}>
            <p className={styles.task}>
              <Shape severity="info" alarming={task.holder === null} />
              <b>{task.title}</b>
            </p>
            <p>{task.detail}</p>
            {task.holder && <p className={styles.faint}>{t("visits.seen_by", { name: task.holder })}</p>}
            <p className={styles.acts}>
              {!task.holder && (
                <Button size="small" onPress={() => void act(call("acknowledge", { id: task.row }))}>
                  {t("visits.acknowledge")}
                </Button>
              )}
              <Button
                size="small"
                onPress={() =>
                  void act(call("close", { id: task.row, disposition: "acted", minutes: null, note: "" }))
                }
              >
                {t("visits.done")}
              </Button>
              <a href={hrefOf("worklist", task.row)}>{t("visits.open_row")}</a>
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
