// The side panel: who it is, what is wrong, what to do now, what happens next, and everything so far.

import {
  IconArrowDown,
  IconArrowUp,
  IconClockPause,
  IconNote,
  IconUser,
  IconUserCheck,
  IconX,
} from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import type { EpisodeDetail } from "../../generated/EpisodeDetail";
import type { NoteView } from "../../generated/NoteView";
import type { WorklistRow } from "../../generated/WorklistRow";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { EvidenceButton } from "../../parts/EvidenceButton";
import { Failure, Skeleton } from "../../parts/States";
import { Shape } from "../../parts/shapes";
import { Thread } from "../../parts/Thread";
import { TrendChart } from "../../parts/TrendChart";
import { useNow } from "../../state/clock";
import { useEpisode } from "../../state/queries";
import { hrefOf } from "../../state/route";
import { age, birthDate, clockTime } from "../../words/time";
import { ActionBar } from "./ActionBar";
import type { Asking } from "./acts";
import { Care } from "./Care";
import { Judge } from "./Judge";
import { LampSteps } from "./LampSteps";
import { NextIn } from "./NextIn";
import styles from "./Panel.module.css";
import { alarming } from "./Row";
import { Timeline } from "./Timeline";

export const PANEL_ID = "worklist-panel";
/** J and K may run through many rows; only the one a person rests on is opened (and audited). */
const REST_MS = 120;

function useRested(id: string): string | null {
  const [rested, setRested] = useState<string | null>(null);
  useEffect(() => {
    const timer = window.setTimeout(() => setRested(id), REST_MS);
    return () => window.clearTimeout(timer);
  }, [id]);
  return rested === id ? rested : null;
}

interface Props {
  row: WorklistRow;
  onAsk: (asking: Asking) => void;
  onClose: () => void;
  onOther: (id: string) => void;
}

export function Panel({ row, onAsk, onClose, onOther }: Props) {
  const { t } = useWords();
  const rested = useRested(row.id);
  const episode = useEpisode(rested);
  const detail = episode.data;
  const box = useRef<HTMLElement>(null);
  const [roomy, setRoomy] = useState(false);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setRoomy(element.clientWidth >= 620));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  return (
    <section
      id={PANEL_ID}
      ref={box}
      className={styles.panel}
      tabIndex={-1}
      aria-label={t("panel.title", { name: row.patient?.name ?? t("list.no_patient") })}
      data-roomy={roomy || undefined}
    >
      <Head row={row} detail={detail} onClose={onClose} onOther={onOther} />
      <div className={styles.body}>
        <Now row={row} detail={detail} onAsk={onAsk} />
        {episode.error && !detail ? (
          <Failure thrown={episode.error} onRetry={() => void episode.refetch()} />
        ) : detail ? (
          <Story detail={detail} row={row} roomy={roomy} />
        ) : (
          <Skeleton rows={5} label={t("panel.loading")} height={40} />
        )}
      </div>
    </section>
  );
}

function Head({
  row,
  detail,
  onClose,
  onOther,
}: Omit<Props, "onAsk"> & { detail: EpisodeDetail | undefined }) {
  const { t, word, language } = useWords();
  const patient = row.patient;
  const others = detail?.others ?? [];
  return (
    <header className={styles.head}>
      <div className={styles.nameLine}>
        <h2>
          {patient ? (
            <a href={hrefOf("patients", patient.mrn)} title={t("patients.open_patient")}>
              {patient.name}
            </a>
          ) : (
            t("list.no_patient")
          )}
        </h2>
        <div className={styles.closer}>
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
      </div>
      <p className={styles.ids}>
        {patient?.birth_date && <b>{t("list.born", { date: birthDate(patient.birth_date, language) })}</b>}
        {patient && <b>{t("list.mrn", { mrn: patient.mrn })}</b>}
        {detail && (detail.phone ? <span>{detail.phone}</span> : <span>{t("panel.no_phone")}</span>)}
        {detail && (
          <span title={t("panel.local_time_words")}>
            {t("panel.local_time", { time: detail.local_time })}
          </span>
        )}
        {detail && (
          <>
            {detail.language !== language && (
              <span className={styles.tag}>
                {t("panel.language", { language: languageName(detail.language, language) })}
              </span>
            )}
            {detail.opted_out && <span className={styles.tag}>{t("panel.opted_out")}</span>}
            {detail.zone_assumed && <span className={styles.tag}>{t("panel.zone_assumed")}</span>}
            {detail.status !== "active" && (
              <span className={styles.tag}>{word("status", detail.status)}</span>
            )}
            {others[0] && (
              <button type="button" onClick={() => onOther(others[0] as string)}>
                {t("panel.others", { count: others.length })}
              </button>
            )}
          </>
        )}
      </p>
    </header>
  );
}

function Now({ row, detail, onAsk }: Pick<Props, "row" | "onAsk"> & { detail: EpisodeDetail | undefined }) {
  const { t, word } = useWords();
  const loud = alarming(row);
  return (
    <>
      <div className={styles.wrong} data-severity={row.severity} data-loud={loud || undefined}>
        <p className={styles.severity}>
          <Shape severity={row.severity} alarming={loud} size={18} />
          <b>{word("severity", row.severity)}</b>
          <span>{word("vital", row.vital ?? "none")}</span>
          <span className={styles.state}>{word("state", row.state)}</span>
        </p>
        {row.value && (
          <p className={styles.value}>
            <b>{row.value.text}</b>
            <i>{row.value.unit}</i>
            {row.value.arrow === "up" && <IconArrowUp size={20} stroke={2.2} aria-hidden="true" />}
            {row.value.arrow === "down" && <IconArrowDown size={20} stroke={2.2} aria-hidden="true" />}
            {row.value.limit && <span>{row.value.limit}</span>}
            {row.value.distance && <em>{row.value.distance}</em>}
          </p>
        )}
        <p className={styles.headline}>{row.headline}</p>
        {row.appointment_id && (
          <p className={styles.headline}>
            <a href={hrefOf("visits", row.appointment_id)}>{t("visits.open_visit")}</a>
          </p>
        )}
        {row.value?.flag && <p className={styles.flag}>{row.value.flag}</p>}
        <Held row={row} />
        <LastNote note={detail?.notes.at(-1)} />
      </div>
      <ActionBar row={row} guidance={detail?.guidance} onAsk={onAsk} />
      {detail?.shadow && <Judge row={row} said={detail.judgement} onAsk={onAsk} />}
      <div className={styles.next}>
        <h3>{t("panel.next")}</h3>
        <p className={styles.sentence}>
          {row.next_sentence}
          {row.next && (
            <span className={styles.countdown}>
              <NextIn next={row.next} />
            </span>
          )}
        </p>
        {row.lamps.length > 0 && <LampSteps lamps={row.lamps} openedAt={row.opened_at} />}
      </div>
    </>
  );
}

/** "Spanish", in the reader's language. */
function languageName(code: string, language: string): string {
  return new Intl.DisplayNames([language], { type: "language" }).of(code) ?? code;
}

/** The newest note, in sight without opening anything: what the last person knew. */
function LastNote({ note }: { note: NoteView | undefined }) {
  const { t } = useWords();
  const now = useNow();
  if (!note) return null;
  return (
    <p className={styles.note}>
      <IconNote size={14} aria-hidden="true" />
      <span>
        {note.text}
        <i>
          {note.by}, {age(now - Date.parse(note.at), t("time.now"))}
        </i>
      </span>
    </p>
  );
}

/** Who has it, or why it lies aside. */
function Held({ row }: { row: WorklistRow }) {
  const { t, language } = useWords();
  const now = useNow();
  const { holder, shelf } = row;
  if (shelf) {
    return (
      <p className={styles.held}>
        <IconClockPause size={14} aria-hidden="true" />
        {t("panel.shelved_until", {
          name: shelf.by,
          time: clockTime(shelf.until, language),
          reason: shelf.reason,
        })}
      </p>
    );
  }
  if (!holder) return null;
  return (
    <p className={styles.held}>
      {holder.claimed ? (
        <IconUserCheck size={14} aria-hidden="true" />
      ) : (
        <IconUser size={14} aria-hidden="true" />
      )}
      {t(holder.claimed ? "panel.held_by" : "panel.seen_by", {
        name: holder.name,
        age: age(now - Date.parse(holder.since), t("time.now")),
      })}
      {holder.until && <span>{t("panel.until", { time: clockTime(holder.until, language) })}</span>}
    </p>
  );
}

function Story({ detail, row, roomy }: { detail: EpisodeDetail; row: WorklistRow; roomy: boolean }) {
  const { t, word } = useWords();
  const now = useNow();
  const conversation = (
    <Thread messages={detail.conversation} seenBy="clinic" empty={t("panel.conversation_empty")} />
  );
  return (
    <>
      {row.vital && (
        <div className={styles.section}>
          <h3>{t("panel.trend")}</h3>
          <TrendChart
            points={detail.trend}
            band={row.band}
            marks={detail.marks}
            vital={word("vital", row.vital)}
            unit={row.value?.unit ?? ""}
            now={Math.ceil(now / 60_000) * 60_000}
          />
        </div>
      )}
      {roomy ? (
        <div className={styles.columns}>
          <div>
            <div className={styles.section}>
              <h3>{t("panel.conversation")}</h3>
              {conversation}
            </div>
            <Care detail={detail} />
          </div>
          <div className={styles.section}>
            <h3>{t("panel.timeline")}</h3>
            <Timeline lines={detail.timeline} />
          </div>
        </div>
      ) : (
        <Tabs className={styles.tabs!}>
          <TabList className={styles.tabList!} aria-label={t("panel.timeline")}>
            <Tab id="conversation" className={styles.tab!}>
              {t("panel.conversation")}
            </Tab>
            <Tab id="timeline" className={styles.tab!}>
              {t("panel.timeline")}
            </Tab>
            <Tab id="care" className={styles.tab!}>
              {t("panel.care")}
            </Tab>
          </TabList>
          <TabPanel id="conversation" className={styles.tabPanel!}>
            {conversation}
          </TabPanel>
          <TabPanel id="timeline" className={styles.tabPanel!}>
            <Timeline lines={detail.timeline} />
          </TabPanel>
          <TabPanel id="care" className={styles.tabPanel!}>
            <Care detail={detail} />
          </TabPanel>
        </Tabs>
      )}
      {row.id.startsWith("e") && (
        <div className={styles.section}>
          <EvidenceButton row={row.id} /> <a href={hrefOf("runbook", row.id)}>{t("evidence.replay")}</a>
        </div>
      )}
    </>
  );
}
