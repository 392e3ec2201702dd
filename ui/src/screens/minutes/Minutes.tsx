// CCM and RPM minutes per patient and month: what people logged, what it reaches, what is missing.

import { IconChevronLeft, IconChevronRight, IconFileTypeCsv, IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MinutesView } from "../../generated/MinutesView";
import type { PatientMinutes } from "../../generated/PatientMinutes";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { SearchField } from "../../parts/Field";
import { Card, Columns, Screen } from "../../parts/Screen";
import { Empty, Failure, Nothing, Skeleton } from "../../parts/States";
import { useFrame } from "../../state/queries";
import { hrefOf } from "../../state/route";
import { sayDone, sayError } from "../../state/toasts";
import { birthDate, shortTime } from "../../words/time";
import { Entries } from "./Entries";
import { LogMinutes } from "./LogMinutes";
import styles from "./Minutes.module.css";
import { Rules } from "./Rules";

/** The month before or after one written YYYY-MM. */
export function monthBeside(month: string, by: 1 | -1): string {
  const [year, number] = month.split("-").map(Number) as [number, number];
  const at = new Date(Date.UTC(year, number - 1 + by, 1));
  return at.toISOString().slice(0, 7);
}

export function Minutes() {
  const { t, language } = useWords();
  const role = useFrame().data?.who.role;
  const [month, setMonth] = useState<string | null>(null);
  const [logging, setLogging] = useState<string | null>(null);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const asked = useQuery({
    queryKey: ["minutes", month],
    queryFn: () => call("minutes", { month }),
    placeholderData: keepPreviousData,
    refetchInterval: 20_000,
  });
  const view = asked.data;
  const works = role !== undefined && role !== "auditor";
  const named = (one: string) =>
    new Date(`${one}-15T12:00:00`).toLocaleDateString(language === "es" ? "es-US" : "en-US", {
      month: "long",
      year: "numeric",
    });
  const found = view?.patients.filter(({ patient }) => {
    const wanted = text.trim().toLowerCase();
    return patient.name.toLowerCase().includes(wanted) || patient.mrn.startsWith(wanted);
  });
  const open = view?.patients.find((one) => one.patient.mrn === chosen);
  return (
    <Screen
      title={t("minutes.title")}
      words={t("minutes.words")}
      actions={
        <>
          {works && (
            <Button
              size="small"
              tone="primary"
              icon={<IconPlus size={14} aria-hidden="true" />}
              onPress={() => setLogging("")}
            >
              {t("minutes.log")}
            </Button>
          )}
          {view && (role === "administrator" || role === "auditor") && <Csv view={view} />}
        </>
      }
    >
      {asked.isError && !view && <Failure thrown={asked.error} onRetry={() => void asked.refetch()} />}
      {!view && !asked.isError && <Skeleton rows={8} label={t("app.loading")} />}
      {view && found && (
        <Columns
          side={
            <>
              <Missing view={view} />
              <Rules view={view} />
            </>
          }
        >
          <Card>
            <div className={styles.tools}>
              <div className={styles.month} role="group" aria-label={t("minutes.month")}>
                <Button
                  size="small"
                  iconOnly
                  icon={<IconChevronLeft size={16} aria-hidden="true" />}
                  onPress={() => setMonth(monthBeside(view.month, -1))}
                >
                  {t("minutes.earlier")}
                </Button>
                <b aria-live="polite">{named(view.month)}</b>
                <Button
                  size="small"
                  iconOnly
                  icon={<IconChevronRight size={16} aria-hidden="true" />}
                  isDisabled={Date.parse(view.to) > Date.parse(view.now)}
                  onPress={() => setMonth(monthBeside(view.month, 1))}
                >
                  {t("minutes.later")}
                </Button>
              </div>
              <div className={styles.find}>
                <SearchField
                  label={t("minutes.find")}
                  clear={t("minutes.clear")}
                  value={text}
                  onChange={setText}
                />
              </div>
            </div>
            {view.no_contact > 0 && (
              <p className={styles.warning}>{t("minutes.no_contact_sum", { count: view.no_contact })}</p>
            )}
            {view.patients.length === 0 ? (
              <Empty title={t("minutes.empty")} />
            ) : found.length === 0 ? (
              <Nothing>{t("minutes.none_fit")}</Nothing>
            ) : (
              <Table patients={found.slice(0, 200)} chosen={chosen} onChoose={setChosen} />
            )}
            {(view.more > 0 || found.length > 200) && (
              <p className={styles.quiet}>
                {t("minutes.more", { count: view.more + Math.max(0, found.length - 200) })}
              </p>
            )}
          </Card>
          {open && <Entries one={open} works={works} onLog={() => setLogging(open.patient.mrn)} />}
        </Columns>
      )}
      {logging !== null && <LogMinutes mrn={logging} onClose={() => setLogging(null)} />}
    </Screen>
  );
}

function Table({
  patients,
  chosen,
  onChoose,
}: {
  patients: PatientMinutes[];
  chosen: string | null;
  onChoose: (mrn: string | null) => void;
}) {
  const { t, language } = useWords();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("minutes.patient")}</th>
          <th scope="col">{t("minutes.rpm")}</th>
          <th scope="col">{t("minutes.ccm")}</th>
          <th scope="col" title={t("minutes.days_words")}>
            {t("minutes.days")}
          </th>
          <th scope="col">{t("minutes.codes")}</th>
        </tr>
      </thead>
      <tbody>
        {patients.map((one) => {
          const { patient } = one;
          const isChosen = patient.mrn === chosen;
          return (
            <tr key={patient.mrn} data-chosen={isChosen || undefined}>
              <th scope="row">
                <button
                  type="button"
                  aria-expanded={isChosen}
                  onClick={() => onChoose(isChosen ? null : patient.mrn)}
                >
                  {patient.name || patient.mrn}
                </button>
                <span className={styles.under}>
                  {t("list.mrn", { mrn: patient.mrn })}
                  {patient.birth_date &&
                    ` · ${t("list.born", { date: birthDate(patient.birth_date, language) })}`}
                </span>
              </th>
              <td>
                <Meter minutes={one.rpm} />
                {one.rpm > 0 && (
                  <span className={styles.under}>
                    {one.contact
                      ? t("minutes.live", { minutes: whole(one.rpm_live) })
                      : t("minutes.no_contact")}
                  </span>
                )}
              </td>
              <td>
                <Meter minutes={one.ccm} />
              </td>
              <td>{one.days}</td>
              <td>
                <Codes one={one} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const whole = (minutes: number) => Math.round(minutes * 100) / 100;

/** Minutes against the twenty, forty and sixty that codes ask for. */
function Meter({ minutes }: { minutes: number }) {
  const { t } = useWords();
  return (
    <span className={styles.meter}>
      <b>{whole(minutes)}</b> {t("minutes.min")}
      <svg viewBox="0 0 60 6" aria-hidden="true" preserveAspectRatio="none">
        <rect className={styles.track} width="60" height="6" rx="1.5" />
        <rect className={styles.fill} width={Math.min(60, minutes)} height="6" rx="1.5" />
        {[20, 40].map((x) => (
          <line key={x} x1={x} x2={x} y1="0" y2="6" />
        ))}
      </svg>
    </span>
  );
}

/** What is reached, and the nearest step of each kind that is not. */
function Codes({ one }: { one: PatientMinutes }) {
  const { t } = useWords();
  const reached = one.codes.filter((code) => code.units > 0);
  const waiting = one.codes.filter((code) => code.lacks_contact);
  const nearest = (["rpm_minutes", "ccm_minutes", "days"] as const).flatMap((counts) => {
    const started = counts === "days" ? one.days > 0 : counts === "rpm_minutes" ? one.rpm > 0 : one.ccm > 0;
    if (!started) return [];
    const open = one.codes.filter(
      (code) => code.counts === counts && code.lacks !== null && !code.lacks_contact,
    );
    open.sort((a, b) => (a.lacks ?? 0) - (b.lacks ?? 0));
    return open.slice(0, 1);
  });
  return (
    <span className={styles.codes}>
      {reached.map((code) => (
        <b key={code.code}>
          {code.units > 1 ? t("minutes.units", { code: code.code, units: code.units }) : code.code}
        </b>
      ))}
      {waiting.map((code) => (
        <em key={code.code}>{t("minutes.lacks_contact", { code: code.code })}</em>
      ))}
      {nearest.map((code) => (
        <span key={code.code}>
          {t(code.counts === "days" ? "minutes.lacks_days" : "minutes.lacks_minutes", {
            count: code.lacks ?? 0,
            code: code.code,
          })}
        </span>
      ))}
    </span>
  );
}

function Missing({ view }: { view: MinutesView }) {
  const { t, word, language } = useWords();
  return (
    <Card title={`${t("minutes.missing")} (${view.missing.length})`} words={t("minutes.missing_words")}>
      {view.missing.length === 0 && <Nothing>{t("minutes.missing_none")}</Nothing>}
      <ul className={styles.missing}>
        {view.missing.slice(0, 50).map((one) => {
          const name = one.patient.name || one.patient.mrn;
          return (
            <li key={one.row}>
              <a href={hrefOf("worklist", one.row)} aria-label={t("minutes.complete", { name })}>
                {name}
              </a>
              <span>
                {word("vital", one.vital)} · {shortTime(one.closed_at, language)} · {one.closed_by}
              </span>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Csv({ view }: { view: MinutesView }) {
  const { t } = useWords();
  const write = async () => {
    try {
      await call("export", { what: "minutes", from: view.from, to: view.to });
      sayDone({ said: t("minutes.csv_started"), undo: null });
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
  };
  return (
    <Button size="small" icon={<IconFileTypeCsv size={14} aria-hidden="true" />} onPress={() => void write()}>
      {t("minutes.csv")}
    </Button>
  );
}
