import { IconArrowDown, IconArrowUp, IconUser, IconUserCheck } from "@tabler/icons-react";
import { memo } from "react";
import type { ShownValue } from "../../generated/ShownValue";
import type { WorklistRow } from "../../generated/WorklistRow";
import { useWords } from "../../i18n/useWords";
import { LampRail } from "../../parts/LampRail";
import { Sparkline } from "../../parts/Sparkline";
import { Shape } from "../../parts/shapes";
import { Age } from "../../parts/Times";
import { birthDate } from "../../words/time";
import { NextIn } from "./NextIn";
import styles from "./Row.module.css";
import type { Width } from "./RowGrid";
import { limitOf } from "./sentences";

interface Props {
  row: WorklistRow;
  index: number;
  top: number;
  /** It belongs to another group by now and will move when the list is left alone. */
  moved: boolean;
  chosen: boolean;
  width: Width;
  onChoose: (id: string, open: boolean) => void;
}

/** True while the row needs a person: only then does it wear its colour. */
export function alarming(row: WorklistRow): boolean {
  return row.group === "now";
}

export const Row = memo(function Row({ row, index, top, moved, chosen, width, onChoose }: Props) {
  const { t, word } = useWords();
  const loud = alarming(row);
  const severity = word("severity", row.severity);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys; it points at this row by id.
    <div
      id={`row-${row.id}`}
      role="row"
      tabIndex={-1}
      aria-rowindex={index}
      aria-selected={chosen}
      aria-label={t("list.row_label", {
        severity,
        name: row.patient?.name ?? t("list.no_patient"),
        vital: word("vital", row.vital ?? "none"),
        value: row.value?.text ?? "",
        headline: row.headline,
      })}
      className={styles.row}
      style={{ transform: `translateY(${top}px)` }}
      data-severity={row.severity}
      data-loud={loud || undefined}
      data-unacknowledged={row.unacknowledged || undefined}
      data-moved={moved || undefined}
      data-group={row.group}
      onClick={() => onChoose(row.id, true)}
    >
      <div role="gridcell" className={styles.severity}>
        <Shape severity={row.severity} alarming={loud} />
        <div className={styles.two}>
          <b className={styles.word}>{severity}</b>
          <span className={styles.sub}>{word("vital", row.vital ?? "none")}</span>
        </div>
      </div>
      <div role="gridcell" className={styles.two}>
        <b className={styles.name}>{row.patient?.name ?? t("list.no_patient")}</b>
        <Identifiers row={row} />
      </div>
      <div role="gridcell" className={styles.value}>
        {row.value ? (
          <Value value={row.value} />
        ) : (
          <span className={styles.task}>{width !== "wide" && row.headline}</span>
        )}
      </div>
      {width !== "narrow" && (
        <div role="gridcell" className={styles.spark}>
          <Sparkline
            points={row.spark}
            band={row.band}
            alarming={loud}
            width={width === "wide" ? 88 : 56}
            label={t("list.spark", { count: row.spark.length, value: row.spark.at(-1)?.value ?? "" })}
          />
        </div>
      )}
      {width === "wide" && (
        <div role="gridcell" className={styles.two}>
          <span
            className={styles.headline}
            data-two={row.marks.length === 0 || undefined}
            title={row.headline}
          >
            {row.headline}
          </span>
          <Marks marks={row.marks} />
        </div>
      )}
      {width !== "narrow" && (
        <div role="gridcell">
          {row.lamps.length > 0 && <LampRail lamps={row.lamps} openedAt={row.opened_at} />}
        </div>
      )}
      <div role="gridcell" className={styles.two}>
        <span className={styles.timer}>
          {row.next ? (
            <NextIn next={row.next} />
          ) : (
            <span className={styles.faint}>{word("state", row.state)}</span>
          )}
        </span>
        <Owner row={row} />
      </div>
      {width !== "narrow" && (
        <div role="gridcell" className={styles.age}>
          <Age at={row.latest_at} short />
        </div>
      )}
    </div>
  );
});

function Identifiers({ row }: { row: WorklistRow }) {
  const { t, language } = useWords();
  const patient = row.patient;
  if (!patient) return <span className={styles.sub}>{row.id}</span>;
  const end = patient.mrn.slice(-3);
  return (
    <span className={styles.sub}>
      {patient.birth_date && (
        <>
          {birthDate(patient.birth_date, language)}
          {" · "}
        </>
      )}
      <span aria-hidden="true">··{end}</span>
      <span className="visually-hidden">{t("list.mrn_end", { end })}</span>
    </span>
  );
}

function Value({ value }: { value: ShownValue }) {
  const words = useWords();
  return (
    <div className={styles.two}>
      <span className={styles.figures}>
        <b>{value.text}</b>
        <i>{value.unit}</i>
        {value.arrow === "up" && <IconArrowUp size={14} stroke={2.2} aria-hidden="true" />}
        {value.arrow === "down" && <IconArrowDown size={14} stroke={2.2} aria-hidden="true" />}
      </span>
      <span className={styles.sub}>
        {value.flag ?? (value.limit && limitOf(value.limit, words))}
        {value.distance && <em className={styles.distance}>{value.distance}</em>}
      </span>
    </div>
  );
}

export function Marks({ marks }: { marks: string[] }) {
  if (marks.length === 0) return null;
  return (
    <span className={styles.marks}>
      {marks.slice(0, 3).map((mark) => (
        <span key={mark}>{mark}</span>
      ))}
    </span>
  );
}

function Owner({ row }: { row: WorklistRow }) {
  const { t } = useWords();
  if (row.shelf) return <span className={styles.sub}>{t("list.shelved_by", { name: row.shelf.by })}</span>;
  if (!row.holder) return <span className={styles.sub}>{t("list.unclaimed")}</span>;
  return (
    <span className={styles.sub}>
      {row.holder.claimed ? (
        <IconUserCheck size={12} aria-hidden="true" />
      ) : (
        <IconUser size={12} aria-hidden="true" />
      )}
      {row.holder.claimed
        ? t("list.claimed_by", { name: row.holder.name })
        : t("list.acknowledged_by", { name: row.holder.name })}
    </span>
  );
}
