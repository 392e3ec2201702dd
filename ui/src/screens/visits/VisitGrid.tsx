// The list of visits: a grid to assistive technology, drawn only where it is in sight.

import { IconCheck } from "@tabler/icons-react";
import { memo, useEffect, useRef } from "react";
import type { VisitRow } from "../../generated/VisitRow";
import { useWords } from "../../i18n/useWords";
import { Shape } from "../../parts/shapes";
import { Left } from "../../parts/Times";
import { useSight } from "../../parts/useSight";
import { birthDate, dayName } from "../../words/time";
import { COLUMNS_PX, ROW_PX } from "../worklist/layout";
import { StateShape } from "./StateShape";
import styles from "./VisitGrid.module.css";

export const VISIT_GRID = "visits-grid";
const COLUMNS = ["time", "patient", "with", "state", "next", "needs"] as const;
/** Rows drawn above and below what is in sight. */
const MARGIN = 8;

interface Props {
  rows: VisitRow[];
  /** Rows of several days: each says its own. */
  dated: boolean;
  chosen: string | null;
  onChoose: (id: string) => void;
  /** The end of what is loaded is in sight. */
  onEnd: () => void;
}

export function VisitGrid({ rows, dated, chosen, onChoose, onEnd }: Props) {
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const { box, onScroll } = useSight(scroller);
  const from = Math.max(0, Math.floor(box.top / ROW_PX) - MARGIN);
  const to = Math.min(rows.length, Math.ceil((box.top + box.height) / ROW_PX) + MARGIN);
  const at = chosen === null ? -1 : rows.findIndex((row) => row.appointment_id === chosen);

  useEffect(() => {
    if (to >= rows.length - MARGIN) onEnd();
  }, [to, rows.length, onEnd]);

  useEffect(() => {
    const element = scroller.current;
    if (!element || at < 0) return;
    const top = at * ROW_PX;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_PX > element.scrollTop + element.clientHeight - COLUMNS_PX) {
      element.scrollTop = top + ROW_PX - element.clientHeight + COLUMNS_PX;
    }
  }, [at]);

  const drawn = rows.slice(from, to).map((row, i) => ({ row, index: from + i }));
  const aside = at >= 0 && (at < from || at >= to) ? rows[at] : undefined;
  if (aside) drawn.push({ row: aside, index: at });
  return (
    <div
      id={VISIT_GRID}
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={t("visits.title")}
      aria-rowcount={rows.length + 1}
      aria-colcount={COLUMNS.length}
      {...(at >= 0 ? { "aria-activedescendant": `visit-${at}` } : {})}
      tabIndex={0}
      onScroll={onScroll}
    >
      <div className={styles.columns} role="row" aria-rowindex={1}>
        {COLUMNS.map((column) => (
          <span key={column} role="columnheader">
            {t(`visits.column_${column}`)}
          </span>
        ))}
      </div>
      <div className={styles.all} role="presentation" style={{ height: rows.length * ROW_PX }}>
        {drawn.map(({ row, index }) => (
          <Row
            key={row.appointment_id}
            row={row}
            index={index}
            dated={dated}
            chosen={index === at}
            onChoose={onChoose}
          />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  row: VisitRow;
  index: number;
  dated: boolean;
  chosen: boolean;
  onChoose: (id: string) => void;
}

const Row = memo(function Row({ row, index, dated, chosen, onChoose }: RowProps) {
  const { t, word, language } = useWords();
  const state = word("visit_state", row.state);
  const asked = row.request === "none" ? null : word("visit_request", row.request);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys; it points at this row by id.
    <div
      id={`visit-${index}`}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      aria-label={t("visits.row_label", {
        time: row.local_time,
        name: row.patient.name,
        with: row.provider,
        state: asked ? `${state}, ${asked}` : state,
      })}
      className={styles.row}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
      data-over={["CANCELED", "NOSHOWED", "EXPIRED"].includes(row.state) || undefined}
      onClick={() => onChoose(row.appointment_id)}
    >
      <div role="gridcell" className={styles.two}>
        <b>{row.local_time}</b>
        <span>{dated ? dayName(`${row.day}T12:00:00`, language) : row.offset}</span>
      </div>
      <div role="gridcell" className={styles.two}>
        <b>{row.patient.name}</b>
        <span>
          {row.patient.birth_date && `${birthDate(row.patient.birth_date, language)} · `}
          <span aria-hidden="true">··{row.patient.mrn.slice(-3)}</span>
          <span className="visually-hidden">{t("list.mrn_end", { end: row.patient.mrn.slice(-3) })}</span>
        </span>
      </div>
      <div role="gridcell" className={styles.two}>
        <span className={styles.plain}>{row.provider}</span>
        <span>{row.location}</span>
      </div>
      <div role="gridcell" className={styles.two}>
        <span className={styles.state}>
          <StateShape state={row.state} />
          {state}
        </span>
        {(row.confirmed || asked) && (
          <span data-trouble={(asked && row.request_state === "failed") || undefined}>
            {row.confirmed && (
              <span className={styles.confirmed}>
                <IconCheck size={12} aria-hidden="true" />
                {t("visits.confirmed_mark")}
              </span>
            )}
            {row.confirmed && asked && " · "}
            {asked}
            {asked && row.request_state && `: ${word("visit_request", row.request_state)}`}
          </span>
        )}
      </div>
      <div role="gridcell" className={styles.two}>
        {row.next ? (
          <>
            <span className={styles.plain}>
              <Left until={row.next.due} />
            </span>
            <span>
              {row.next.held ? t("visits.held", { why: row.next.held }) : word("planned", row.next.what)}
            </span>
          </>
        ) : (
          <span>{row.untextable ? t("visits.no_text", { why: row.untextable }) : ""}</span>
        )}
      </div>
      <div role="gridcell" className={styles.needs}>
        {row.needs > 0 && (
          <>
            <Shape severity="info" alarming />
            <span className="visually-hidden">{t("visits.needs", { count: row.needs })}</span>
            <span aria-hidden="true">{row.needs}</span>
          </>
        )}
      </div>
    </div>
  );
});
