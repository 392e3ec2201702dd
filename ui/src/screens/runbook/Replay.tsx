// One incident step by step: played, or stepped by the arrow keys; the decisions with the branch taken beside its data.

import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconX,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Disclosure, DisclosurePanel, Button as PlainButton } from "react-aria-components";
import { keysAreTaken } from "../../frame/useFrameKeys";
import type { IncidentReplay } from "../../generated/IncidentReplay";
import type { RunbookStep } from "../../generated/RunbookStep";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { EvidenceButton } from "../../parts/EvidenceButton";
import { Failure, Skeleton } from "../../parts/States";
import { goTo, hrefOf } from "../../state/route";
import { birthDate, exact } from "../../words/time";
import { Path } from "./Path";
import styles from "./Runbook.module.css";

/** A step stays so long while it plays. */
const STEP_MS = 1_800;

export function Replay({ id }: { id: string }) {
  const { t } = useWords();
  const found = useQuery({
    queryKey: ["runbook_incident", id],
    queryFn: () => call("runbook_incident", { id }),
  });
  if (found.isError) return <Failure thrown={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton rows={8} label={t("app.loading")} />;
  return <Player replay={found.data} />;
}

function Player({ replay }: { replay: IncidentReplay }) {
  const { t, language } = useWords();
  const { incident, patient, steps } = replay;
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const last = steps.length - 1;
  const step = steps[Math.min(at, last)];

  const go = useRef({ at, last, setAt, setPlaying });
  go.current = { at, last, setAt, setPlaying };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (keysAreTaken(event)) return;
      const { at, last, setAt, setPlaying } = go.current;
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
      if (to !== undefined) {
        setPlaying(false);
        setAt(Math.min(last, Math.max(0, to)));
      } else if (event.key === " " && !(event.target as HTMLElement).closest("button, a, summary")) {
        setPlaying((now) => !now);
        if (at >= last) setAt(0);
      } else if (event.key === "Escape") goTo("runbook");
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  useEffect(() => {
    if (!playing) return;
    if (at >= last) {
      setPlaying(false);
      return;
    }
    const timer = window.setTimeout(() => setAt(at + 1), STEP_MS);
    return () => window.clearTimeout(timer);
  }, [playing, at, last]);

  const jump = (to: number) => {
    setPlaying(false);
    setAt(to);
  };

  return (
    <section className={styles.replay} aria-label={t("runbook.replay_of", { case: incident.case_id })}>
      <header className={styles.head}>
        <div>
          <h2>{patient.name}</h2>
          <p>
            {patient.birth_date && <b>{t("list.born", { date: birthDate(patient.birth_date, language) })}</b>}
            <b>{t("list.mrn", { mrn: patient.mrn })}</b>
            <span>{incident.case_id}</span>
            <span>
              {incident.vital} {incident.value}
            </span>
            <a href={hrefOf("worklist", incident.id)}>{t("runbook.to_worklist")}</a>
          </p>
        </div>
        <div className={styles.doing}>
          <EvidenceButton row={incident.id} />
          <Button
            tone="quiet"
            size="small"
            iconOnly
            icon={<IconX size={16} aria-hidden="true" />}
            onPress={() => goTo("runbook")}
          >
            {t("panel.close")}
          </Button>
        </div>
      </header>
      {step === undefined ? (
        <p className={styles.quiet}>{t("runbook.no_steps")}</p>
      ) : (
        <>
          <div className={styles.player} role="group" aria-label={t("runbook.player")}>
            <Button
              size="small"
              iconOnly
              icon={<IconPlayerSkipBack size={16} aria-hidden="true" />}
              isDisabled={at === 0}
              onPress={() => jump(at - 1)}
            >
              {t("runbook.previous")}
            </Button>
            <Button
              size="small"
              tone="primary"
              icon={
                playing ? (
                  <IconPlayerPause size={16} aria-hidden="true" />
                ) : (
                  <IconPlayerPlay size={16} aria-hidden="true" />
                )
              }
              onPress={() => {
                if (at >= last) setAt(0);
                setPlaying(!playing);
              }}
            >
              {playing ? t("runbook.pause") : t("runbook.play")}
            </Button>
            <Button
              size="small"
              iconOnly
              icon={<IconPlayerSkipForward size={16} aria-hidden="true" />}
              isDisabled={at >= last}
              onPress={() => jump(at + 1)}
            >
              {t("runbook.next")}
            </Button>
            <progress max={last + 1} value={at + 1} aria-hidden="true" />
            <span className={styles.place}>{t("runbook.place", { step: at + 1, count: steps.length })}</span>
            <span className={styles.keys}>{t("runbook.keys")}</span>
          </div>
          <div className={styles.stage}>
            <Path decisions={replay.decisions} steps={steps} at={at} onChoose={jump} />
            <Step step={step} first={steps[0] as RunbookStep} zone={replay.zone} />
          </div>
          <h3 className={styles.allHead}>{t("runbook.all")}</h3>
          <ol className={styles.all}>
            {steps.map((one, i) => (
              <li key={one.seq}>
                <button type="button" aria-current={i === at ? "step" : undefined} onClick={() => jump(i)}>
                  <time dateTime={one.at}>{since(one, steps[0] as RunbookStep)}</time>
                  <b>{one.title}</b>
                  {one.reason && <span>{one.reason}</span>}
                </button>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

/** "+15:02": how long after the first step. */
function since(step: RunbookStep, first: RunbookStep): string {
  const seconds = Math.max(0, Math.round((Date.parse(step.at) - Date.parse(first.at)) / 1_000));
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3_600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `+${hours}:${rest}` : `+${rest}`;
}

function Step({ step, first, zone }: { step: RunbookStep; first: RunbookStep; zone: string }) {
  const { t, language } = useWords();
  return (
    <article className={styles.step} aria-live="polite">
      <p className={styles.when}>
        <b>{since(step, first)}</b>
        <time dateTime={step.at}>{exact(step.at, language)}</time>
        <span>{t("runbook.local", { time: step.local_time, zone })}</span>
      </p>
      <h3>{step.title}</h3>
      {step.reason && <p className={styles.why}>{step.reason}</p>}
      <p className={styles.quiet}>{step.by ?? t("audit.rules")}</p>
      {step.data.length > 0 && (
        <>
          <h4>{t("runbook.data")}</h4>
          <dl>
            {step.data.map((one) => (
              <div key={one.name}>
                <dt>{one.name}</dt>
                <dd>{one.value}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <Disclosure>
        <PlainButton slot="trigger" className={styles.raw!}>
          {t("runbook.recorded", { seq: step.seq })}
        </PlainButton>
        <DisclosurePanel>
          <pre>{JSON.stringify(JSON.parse(step.raw), null, 2)}</pre>
        </DisclosurePanel>
      </Disclosure>
    </article>
  );
}
