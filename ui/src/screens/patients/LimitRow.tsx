// One patient's row: whom it is about, a cell a limit, the day of the next review.

import {
  IconAlertTriangle,
  IconClockExclamation,
  IconClockQuestion,
  IconMessageOff,
  IconPlayerPause,
} from "@tabler/icons-react";
import { memo } from "react";
import type { LimitColumn } from "../../generated/LimitColumn";
import type { PatientRow } from "../../generated/PatientRow";
import { useWords } from "../../i18n/useWords";
import { hrefOf } from "../../state/route";
import { birthDate, dayName } from "../../words/time";
import { ROW_PX } from "../worklist/layout";
import type { Box } from "./block";
import { cellKey, type Edits, troubleOf } from "./edits";
import { cellId, first } from "./LimitGrid";
import styles from "./LimitGrid.module.css";
import { useTroubleWords } from "./words";

interface Props {
  row: PatientRow;
  index: number;
  columns: LimitColumn[];
  edits: Edits;
  /** The column of the cell that has the keys, if it is in this row. */
  active: number | null;
  /** The chosen block, if it reaches this row. */
  selected: Box | null;
  /** What is being typed into the active cell. */
  editing: string | null;
  onType: (text: string) => void;
  onCommit: (move: [number, number] | null) => void;
  onCancel: () => void;
  onBlock: (text: string) => void;
  onPress: (column: number, keep: boolean, twice: boolean) => void;
  onOpen: (mrn: string) => void;
}

export const LimitRow = memo(
  Row,
  (a, b) =>
    a.row === b.row &&
    a.index === b.index &&
    a.columns === b.columns &&
    a.edits === b.edits &&
    a.active === b.active &&
    a.editing === b.editing &&
    a.selected === null &&
    b.selected === null &&
    a.active === null,
);

function Row(props: Props) {
  const { row, index, columns, edits, active, selected, editing } = props;
  const { t, word, language } = useWords();
  const troubleWords = useTroubleWords();
  const { patient } = row;
  const tags = [
    row.status !== "active" && { Icon: IconPlayerPause, word: word("status", row.status) },
    row.opted_out && { Icon: IconMessageOff, word: t("patients.opted_out") },
    row.zone_review && { Icon: IconClockQuestion, word: t("patients.zone_review") },
  ].filter((tag) => tag !== false);
  const chosen = (column: number) => selected !== null && column >= selected.left && column <= selected.right;
  const press = (column: number) => ({
    onMouseDown: (event: React.MouseEvent) => {
      if (event.button !== 0 || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      props.onPress(column, event.shiftKey, event.detail === 2);
    },
  });
  const common = (column: number) => ({
    id: cellId({ row: index, column }),
    "aria-colindex": column + 1,
    "data-active": active === column || undefined,
    "data-chosen": chosen(column) || undefined,
  });
  return (
    <div
      role="row"
      aria-rowindex={index + 3}
      className={styles.row}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
    >
      <div role="rowheader" {...common(0)} className={styles.who} {...press(0)}>
        <a
          href={hrefOf("patients", patient.mrn)}
          tabIndex={-1}
          onMouseDown={(event) => event.stopPropagation()}
        >
          {patient.name}
        </a>
        <small>
          {patient.birth_date && `${birthDate(patient.birth_date, language)} · `}
          <span aria-hidden="true">··{patient.mrn.slice(-3)}</span>
          <span className="visually-hidden">{t("list.mrn_end", { end: patient.mrn.slice(-3) })}</span>
        </small>
        {tags.length > 0 && (
          <span className={styles.tags}>
            {tags.map(({ Icon, word }) => (
              <span key={word} title={word}>
                <Icon size={14} aria-hidden="true" />
                <span className="visually-hidden">{word}</span>
              </span>
            ))}
          </span>
        )}
      </div>
      {columns.map((column, i) => {
        const edit = edits.get(cellKey(patient.mrn, column.name));
        const own = row.own[column.name];
        const text = edit ? edit.text : (own ?? "");
        const trouble = edit ? troubleOf(edit, columns, edits) : null;
        const here = active === i + 1;
        const name = `${word("limit", column.name)}, ${patient.name}`;
        if (here && editing !== null) {
          return (
            <div
              key={column.name}
              role="gridcell"
              aria-selected="true"
              {...common(i + 1)}
              className={styles.cell}
            >
              <Editor {...props} text={editing} label={name} unit={column.unit} />
            </div>
          );
        }
        return (
          <div
            key={column.name}
            role="gridcell"
            aria-selected={chosen(i + 1)}
            aria-invalid={trouble !== null || undefined}
            {...common(i + 1)}
            className={styles.cell}
            data-first={first(columns, i) || undefined}
            data-edited={edit !== undefined || undefined}
            data-trouble={trouble !== null || undefined}
            title={trouble ? troubleWords(trouble) : undefined}
            {...press(i + 1)}
          >
            {text === "" ? <span className={styles.standard}>{column.default ?? "–"}</span> : <b>{text}</b>}
            <small>
              {trouble ? (
                <span className={styles.trouble}>
                  <IconAlertTriangle size={11} aria-hidden="true" /> {t("patients.check")}
                </span>
              ) : edit ? (
                t("patients.was", { was: own ?? t("patients.default") })
              ) : text === "" ? (
                column.default === null ? (
                  t("patients.no_limit")
                ) : (
                  t("patients.default")
                )
              ) : (
                t("patients.own")
              )}
            </small>
          </div>
        );
      })}
      <div
        role="gridcell"
        aria-selected={chosen(columns.length + 1)}
        aria-readonly="true"
        {...common(columns.length + 1)}
        className={styles.cell}
        data-first
        {...press(columns.length + 1)}
      >
        {row.review_on && (
          <span className={styles.review} data-due={row.review_due || undefined}>
            {row.review_due && <IconClockExclamation size={14} aria-hidden="true" />}
            {dayName(`${row.review_on}T12:00:00`, language)}
            <small>{row.review_due ? t("patients.review_due") : row.review_on.slice(0, 4)}</small>
          </span>
        )}
      </div>
    </div>
  );
}

function Editor({
  text,
  label,
  unit,
  onType,
  onCommit,
  onCancel,
  onBlock,
}: Pick<Props, "onType" | "onCommit" | "onCancel" | "onBlock"> & {
  text: string;
  label: string;
  unit: string;
}) {
  return (
    <input
      className={styles.input}
      aria-label={`${label}, ${unit}`}
      inputMode="decimal"
      autoComplete="off"
      // biome-ignore lint/a11y/noAutofocus: the field stands for the cell that has the keys.
      autoFocus
      value={text}
      onChange={(event) => onType(event.target.value)}
      onFocus={(event) => text.length > 1 && event.target.select()}
      onBlur={() => onCommit(null)}
      onPaste={(event) => {
        const pasted = event.clipboardData.getData("text/plain");
        if (!/[\t\n]/.test(pasted.trim())) return;
        event.preventDefault();
        onBlock(pasted);
      }}
      onKeyDown={(event) => {
        const move: Record<string, [number, number]> = {
          Enter: [event.shiftKey ? -1 : 1, 0],
          Tab: [0, event.shiftKey ? -1 : 1],
          ArrowDown: [1, 0],
          ArrowUp: [-1, 0],
        };
        const to = move[event.key];
        if (to) onCommit(to);
        else if (event.key === "Escape") onCancel();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}

/** A row that is not loaded yet. */
export function PendingRow({
  index,
  columns,
  active,
}: {
  index: number;
  columns: number;
  active: number | null;
}) {
  return (
    <div
      role="row"
      aria-rowindex={index + 3}
      aria-busy="true"
      className={styles.row}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
    >
      <div
        role="rowheader"
        id={cellId({ row: index, column: 0 })}
        aria-colindex={1}
        className={styles.who}
        data-active={active === 0 || undefined}
      >
        <span className={styles.bone} />
      </div>
      {Array.from({ length: columns - 1 }, (_, i) => (
        <div
          key={i}
          role="gridcell"
          id={cellId({ row: index, column: i + 1 })}
          aria-colindex={i + 2}
          className={styles.cell}
          data-active={active === i + 1 || undefined}
        >
          <span className={styles.bone} />
        </div>
      ))}
    </div>
  );
}
