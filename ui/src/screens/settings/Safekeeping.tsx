// Copies of the records: the last good one, one more now, a restore test with its progress, the printed recovery key.

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { KeepingJob } from "../../generated/KeepingJob";
import type { RecoveryKey } from "../../generated/RecoveryKey";
import type { SafekeepingView } from "../../generated/SafekeepingView";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Card } from "../../parts/Screen";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { Age } from "../../parts/Times";
import { queries } from "../../state/queries";
import { sayError } from "../../state/toasts";
import styles from "./Safekeeping.module.css";

const runs = (job: KeepingJob | null | undefined) =>
  Boolean(job && job.stage !== "done" && job.stage !== "failed");

/** Figures as the reader writes them. */
function useFigures() {
  const { language } = useWords();
  const locale = language === "es" ? "es-US" : "en-US";
  return {
    figure: (n: number) => n.toLocaleString(locale),
    size: (bytes: number) =>
      new Intl.NumberFormat(locale, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 }).format(
        bytes / 1e6,
      ),
    moment: (at: string) =>
      new Date(at).toLocaleString(locale, {
        weekday: "short",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      }),
    day: (at: string) => new Date(at).toLocaleDateString(locale, { dateStyle: "long" }),
  };
}

export function Safekeeping() {
  const { t } = useWords();
  const kept = useQuery({
    queryKey: ["safekeeping"],
    queryFn: () => call("safekeeping", {}),
    refetchInterval: ({ state }) => (runs(state.data?.job) ? 300 : 5_000),
  });
  const ask = async (what: "copy_now" | "copy_test", file = "") => {
    try {
      await (what === "copy_now" ? call("copy_now", {}) : call("copy_test", { file }));
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    void queries.invalidateQueries({ queryKey: ["safekeeping"] });
  };
  if (kept.isError) return <Failure thrown={kept.error} onRetry={() => void kept.refetch()} />;
  if (!kept.data) return <Skeleton rows={4} label={t("app.loading")} />;
  const view = kept.data;
  return (
    <>
      <Copies view={view} onNow={() => void ask("copy_now")} onTest={(file) => void ask("copy_test", file)} />
      <Recovery view={view} />
      <Trail view={view} />
    </>
  );
}

function Copies({
  view,
  onNow,
  onTest,
}: {
  view: SafekeepingView;
  onNow: () => void;
  onTest: (file: string) => void;
}) {
  const { t } = useWords();
  const { figure, size, moment } = useFigures();
  const busy = runs(view.job);
  const wanted = view.folder !== "";
  return (
    <Card
      title={t("keeping.title")}
      actions={
        wanted && (
          <Button size="small" isDisabled={busy} onPress={onNow}>
            {t("keeping.now")}
          </Button>
        )
      }
    >
      {!wanted && <p className={styles.trouble}>{t("keeping.never")}</p>}
      {view.trouble && (
        <p className={styles.trouble} role="alert">
          {view.trouble}
        </p>
      )}
      {wanted && !view.last && !view.trouble && <Nothing>{t("keeping.none_yet")}</Nothing>}
      <dl className={styles.facts}>
        {view.last && (
          <>
            <dt>{t("keeping.good")}</dt>
            <dd>
              <Age at={view.last.at} /> · {size(view.last.bytes)}
            </dd>
          </>
        )}
        {view.next_at && (
          <>
            <dt>{t("keeping.next")}</dt>
            <dd>{moment(view.next_at)}</dd>
          </>
        )}
        {view.tested && (
          <>
            <dt>{t("keeping.tested")}</dt>
            <dd>
              <Age at={view.tested.at} /> ·{" "}
              {t(view.tested.why_not ? "keeping.tested_not" : "keeping.tested_well")}
              {view.tested.why_not && `: ${view.tested.why_not}`}
            </dd>
          </>
        )}
      </dl>
      {view.job && <Job job={view.job} />}
      {wanted && (
        <>
          <p className={styles.under}>{t("keeping.list", { folder: view.folder })}</p>
          {view.copies.length === 0 && view.last && <Nothing>{t("keeping.list_none")}</Nothing>}
          <ul className={styles.copies}>
            {view.copies.map((copy) => (
              <li key={copy.file}>
                <div>
                  <b>{moment(copy.at)}</b>
                  <span>
                    {t("keeping.size", {
                      bytes: size(copy.bytes),
                      patients: figure(copy.patients),
                      readings: figure(copy.readings),
                      lines: figure(copy.lines),
                    })}
                  </span>
                  <span className={styles.under}>
                    {copy.file} ·{" "}
                    {copy.recovery ? t("keeping.opens", { name: copy.recovery }) : t("keeping.opens_here")}
                  </span>
                </div>
                <Button
                  size="small"
                  isDisabled={busy}
                  aria-label={`${t("keeping.test")} ${copy.file}`}
                  title={t("keeping.test_words")}
                  onPress={() => onTest(copy.file)}
                >
                  {t("keeping.test")}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

const STAGES = [
  "waiting",
  "writing",
  "reading",
  "pages",
  "tables",
  "trail",
  "starting",
  "done",
  "failed",
] as const;

function Job({ job }: { job: KeepingJob }) {
  const { t } = useWords();
  const { figure } = useFigures();
  const stage = STAGES.find((known) => known === job.stage) ?? "waiting";
  const file = job.file ?? "";
  return (
    <div className={styles.job} role="status">
      <b>{t(job.what === "test" ? "keeping.job_test" : "keeping.job_copy", { file })}</b>
      {runs(job) && (
        <progress
          aria-label={t(`keeping.stage_${stage}`)}
          {...(job.of > 0 && job.bytes > 0 ? { value: Math.min(job.bytes, job.of), max: job.of } : {})}
        />
      )}
      <span>
        {stage === "done" && job.what === "copy" && t("keeping.copied", { file })}
        {stage === "done" &&
          job.what === "test" &&
          t("keeping.holds", {
            patients: figure(job.patients ?? 0),
            readings: figure(job.readings ?? 0),
            episodes: figure(job.episodes ?? 0),
            lines: figure(job.lines ?? 0),
          })}
        {stage !== "done" && t(`keeping.stage_${stage}`)}
        {job.why && `: ${job.why}`}
      </span>
    </div>
  );
}

function Recovery({ view }: { view: SafekeepingView }) {
  const { t } = useWords();
  const [key, setKey] = useState<RecoveryKey | null>(null);
  const make = async () => {
    try {
      setKey(await call("recovery_key", {}));
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    void queries.invalidateQueries({ queryKey: ["safekeeping"] });
  };
  return (
    <Card
      title={t("keeping.recovery")}
      words={t("keeping.recovery_words")}
      actions={
        <Button size="small" onPress={() => void make()}>
          {t(view.recovery ? "keeping.recovery_again" : "keeping.recovery_make")}
        </Button>
      }
    >
      <p>
        {view.recovery ? (
          <>
            {t("keeping.recovery_made", { name: view.recovery.name, who: view.recovery.by })} ·{" "}
            <Age at={view.recovery.at} />
          </>
        ) : (
          <b>{t("keeping.recovery_none")}</b>
        )}
      </p>
      {view.recovery && <p className={styles.under}>{t("keeping.recovery_again_words")}</p>}
      <p className={styles.under}>{t("keeping.recovery_kept", { home: view.key_home })}</p>
      {key && <Paper made={key} onClose={() => setKey(null)} />}
    </Card>
  );
}

/** The page that is printed; the code is nowhere else and gone when it is closed. */
function Paper({ made, onClose }: { made: RecoveryKey; onClose: () => void }) {
  const { t } = useWords();
  const { day } = useFigures();
  const done = useRef<HTMLDivElement>(null);
  useEffect(() => done.current?.querySelector("button")?.focus(), []);
  return (
    <Dialog title={t("keeping.recovery")} onClose={onClose} wide>
      <div className={styles.paper}>
        <p>
          <b>{t("keeping.recovery_title")}</b>
        </p>
        <p className={styles.noPrint}>{t("keeping.recovery_shown")}</p>
        <ol className={styles.code} data-testid="recovery-key">
          {made.groups.map((group, at) => (
            <li key={group}>
              <small>{at + 1}</small>
              {group}
            </li>
          ))}
        </ol>
        <p>
          {t("keeping.recovery_desk", { desk: made.workspace, name: made.name, date: day(made.made_at) })}
        </p>
        <p className={styles.under}>{t("keeping.recovery_how")}</p>
      </div>
      <div ref={done}>
        <DialogFoot>
          <Button onPress={() => window.print()}>{t("keeping.recovery_print")}</Button>
          <Button tone="primary" onPress={onClose}>
            {t("keeping.recovery_done")}
          </Button>
        </DialogFoot>
      </div>
    </Dialog>
  );
}

function Trail({ view }: { view: SafekeepingView }) {
  const { t } = useWords();
  const { figure } = useFigures();
  const newest = view.copies[0]?.file ?? "careloop-….db";
  return (
    <>
      <Card title={t("keeping.restore")} words={t("keeping.restore_words")}>
        <ol className={styles.steps}>
          <li>{t("keeping.restore_1")}</li>
          <li>
            {t("keeping.restore_2")} <code>careloop restore {newest} --recovery-key</code>
          </li>
          <li>{t("keeping.restore_3")}</li>
        </ol>
      </Card>
      <Card title={t("keeping.trail")}>
        <p>{t("keeping.trail_words", { lines: figure(view.lines - view.archived) })}</p>
        {view.archived > 0 && (
          <p>{t("keeping.trail_archived", { lines: figure(view.archived), count: view.archives })}</p>
        )}
      </Card>
    </>
  );
}
