// Limits as a spreadsheet: a grid to assistive technology, worked by keys alone, drawn only where it is in sight.

import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import type { LimitColumn } from "../../generated/LimitColumn";
import type { PatientRow } from "../../generated/PatientRow";
import { useWords } from "../../i18n/useWords";
import { useSight } from "../../parts/useSight";
import { hrefOf } from "../../state/route";
import { ROW_PX } from "../worklist/layout";
import { type Box, boxOf, type Place, readBlock, spread, writeBlock } from "./block";
import { type Edit, readCell, type Sheet } from "./edits";
import styles from "./LimitGrid.module.css";
import { LimitRow, PendingRow } from "./LimitRow";

export const LIMIT_GRID = "limits-grid";
/** Rows drawn above and below what is in sight. */
const MARGIN = 6;
/** The two rows that stay at the top. */
const HEADS_PX = 44 + 32;

interface Props {
  columns: LimitColumn[];
  /** So many rows there are; those not loaded yet are none. */
  count: number;
  rowAt: (index: number) => PatientRow | undefined;
  /** Loads rows that are out of sight, for a block that reaches so far. */
  load: (from: number, to: number) => Promise<(PatientRow | undefined)[]>;
  onSight: (from: number, to: number) => void;
  sheet: Sheet;
  editable: boolean;
  active: Place;
  onActive: (place: Place) => void;
  onPut: (cells: Edit[]) => void;
  onUndo: () => void;
  onRedo: () => void;
  onOpen: (mrn: string) => void;
  onSave: () => void;
}

export function LimitGrid(props: Props) {
  const { columns, count, rowAt, load, onSight, sheet, editable, active, onActive, onPut } = props;
  const { t, word } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const { box: sight, onScroll } = useSight(scroller);
  const [anchor, setAnchor] = useState<Place>(active);
  const [editing, setEditing] = useState<string | null>(null);
  const last = columns.length + 1;
  const from = Math.max(0, Math.floor(sight.top / ROW_PX) - MARGIN);
  const to = Math.min(count, Math.ceil((sight.top + sight.height) / ROW_PX) + MARGIN);
  const box = boxOf(active, anchor);
  const limitAt = (column: number) => columns[column - 1];
  const defaultWord = t("patients.default");

  useEffect(() => onSight(from, to), [from, to, onSight]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const top = active.row * ROW_PX;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW_PX > element.scrollTop + element.clientHeight - HEADS_PX)
      element.scrollTop = top + ROW_PX - element.clientHeight + HEADS_PX;
    document.getElementById(cellId(active))?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [active]);

  const go = (row: number, column: number, keep = false) => {
    const place = {
      row: Math.min(Math.max(0, row), Math.max(0, count - 1)),
      column: Math.min(Math.max(0, column), last),
    };
    onActive(place);
    if (!keep) setAnchor(place);
  };
  const focus = () => scroller.current?.focus();
  const shown = (place: Place): string => {
    const row = rowAt(place.row);
    const limit = limitAt(place.column);
    if (!row || !limit) return "";
    return sheet.edits.get(`${limit.name} ${row.patient.mrn}`)?.text ?? row.own[limit.name] ?? "";
  };
  /** Puts texts at places; places outside the limits or the list are left out. */
  const putAt = (cells: { at: Place; text: string }[], rows = rowAt) => {
    const edits = cells.flatMap(({ at, text }) => {
      const row = rows(at.row);
      const limit = limitAt(at.column);
      return row && limit ? [{ row, limit: limit.name, text: readCell(text, limit, defaultWord) }] : [];
    });
    if (edits.length > 0) onPut(edits);
  };
  const edit = (text: string) => {
    if (editable && limitAt(active.column) && rowAt(active.row)) setEditing(text);
  };
  const commit = (move: [number, number] | null) => {
    if (editing !== null) putAt([{ at: active, text: editing }]);
    setEditing(null);
    focus();
    if (move) go(active.row + move[0], active.column + move[1]);
  };
  const clear = (over: Box) => {
    if (!editable) return;
    const cells = [];
    for (let row = over.top; row <= over.bottom; row += 1)
      for (let column = over.left; column <= over.right; column += 1)
        cells.push({ at: { row, column }, text: "" });
    putAt(cells);
  };

  const onKey = (event: KeyboardEvent) => {
    if (editing !== null || event.target !== scroller.current || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor((sight.height - HEADS_PX) / ROW_PX) - 1);
    const moves: Record<string, [number, number]> = {
      ArrowDown: control ? [count - 1, active.column] : [active.row + 1, active.column],
      ArrowUp: control ? [0, active.column] : [active.row - 1, active.column],
      ArrowRight: [active.row, control ? last : active.column + 1],
      ArrowLeft: [active.row, control ? 0 : active.column - 1],
      PageDown: [active.row + page, active.column],
      PageUp: [active.row - page, active.column],
      Home: [control ? 0 : active.row, 0],
      End: [control ? count - 1 : active.row, last],
    };
    const move = moves[event.key];
    const key = event.key.toLowerCase();
    if (move) go(move[0], move[1], event.shiftKey);
    else if (event.key === "Enter" && active.column === 0) {
      const row = rowAt(active.row);
      if (row) props.onOpen(row.patient.mrn);
    } else if (event.key === "Enter" || event.key === "F2") edit(shown(active));
    else if (event.key === "Delete" || event.key === "Backspace") clear(box);
    else if (event.key === "Escape") setAnchor(active);
    else if (control && key === "z") event.shiftKey ? props.onRedo() : props.onUndo();
    else if (control && key === "y") props.onRedo();
    else if (control && key === "s") props.onSave();
    else if (!control && /^[\d.,]$/.test(event.key)) edit(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  // Copy and paste are events of the document: heard where the grid has the focus, with the cells as they are now.
  const clipboard = useRef({ copy: (): string => "", cut: () => {}, paste: (_: string) => {} });
  clipboard.current = {
    copy: () => {
      const lines: string[][] = [];
      for (let row = box.top; row <= box.bottom; row += 1) {
        const line: string[] = [];
        for (let column = box.left; column <= box.right; column += 1) {
          const limit = limitAt(column);
          line.push(limit ? shown({ row, column }) : column === 0 ? (rowAt(row)?.patient.mrn ?? "") : "");
        }
        lines.push(line);
      }
      return writeBlock(lines);
    },
    cut: () => clear(box),
    paste: (text) => {
      if (!editable) return;
      const cells = spread(readBlock(text), box);
      const end = Math.min(count, Math.max(...cells.map(({ at }) => at.row)) + 1);
      void load(box.top, end).then((rows) => putAt(cells, (index) => rows[index - box.top] ?? rowAt(index)));
      const right = Math.min(last - 1, Math.max(...cells.map(({ at }) => at.column)));
      setAnchor({ row: box.top, column: box.left });
      onActive({ row: Math.max(box.top, end - 1), column: Math.max(box.left, right) });
    },
  };
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const mine = () => document.activeElement === element;
    const copy = (event: ClipboardEvent) => {
      if (!mine()) return;
      event.clipboardData?.setData("text/plain", clipboard.current.copy());
      event.preventDefault();
      if (event.type === "cut") clipboard.current.cut();
    };
    const paste = (event: ClipboardEvent) => {
      if (!mine()) return;
      event.preventDefault();
      clipboard.current.paste(event.clipboardData?.getData("text/plain") ?? "");
    };
    // WebKit asks this first where nothing can be typed.
    const may = (event: Event) => {
      if (mine()) event.preventDefault();
    };
    const heard: [string, (event: never) => void][] = [
      ["copy", copy],
      ["cut", copy],
      ["paste", paste],
      ["beforecopy", may],
      ["beforecut", may],
      ["beforepaste", may],
    ];
    for (const [name, listener] of heard) document.addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of heard) document.removeEventListener(name, listener as EventListener);
    };
  }, []);

  const drawn = useMemo(() => {
    const all = Array.from({ length: to - from }, (_, i) => from + i);
    if (count > 0 && (active.row < from || active.row >= to) && active.row < count) all.push(active.row);
    return all;
  }, [from, to, active.row, count]);

  return (
    <div
      id={LIMIT_GRID}
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={t("patients.grid")}
      aria-rowcount={count + 2}
      aria-colcount={columns.length + 2}
      aria-multiselectable="true"
      aria-readonly={!editable || undefined}
      aria-activedescendant={count > 0 ? cellId(active) : undefined}
      tabIndex={0}
      onScroll={onScroll}
      onKeyDown={onKey}
    >
      <div className={styles.heads} role="row" aria-rowindex={1}>
        <span role="columnheader" aria-colindex={1} className={styles.who}>
          {t("patients.patient")}
        </span>
        {columns.map((column, i) => (
          <span
            key={column.name}
            role="columnheader"
            aria-colindex={i + 2}
            data-first={first(columns, i) || undefined}
          >
            <b>{word("limit", column.name)}</b> <i>{column.unit}</i>
          </span>
        ))}
        <span role="columnheader" aria-colindex={last + 1}>
          {t("patients.review")}
        </span>
      </div>
      <div className={styles.defaults} role="row" aria-rowindex={2}>
        <span role="rowheader" aria-colindex={1} className={styles.who}>
          {t("patients.defaults")}{" "}
          <a href={hrefOf("settings")} tabIndex={-1}>
            {t("patients.change_defaults")}
          </a>
        </span>
        {columns.map((column, i) => (
          <span
            key={column.name}
            role="gridcell"
            aria-colindex={i + 2}
            data-first={first(columns, i) || undefined}
          >
            {column.default ?? t("patients.no_limit")}
          </span>
        ))}
        <span role="gridcell" aria-colindex={last + 1} />
      </div>
      <div className={styles.all} role="presentation" style={{ height: count * ROW_PX }}>
        {drawn.map((index) => {
          const row = rowAt(index);
          const here = active.row === index;
          if (!row)
            return (
              <PendingRow
                key={index}
                index={index}
                columns={columns.length + 2}
                active={here ? active.column : null}
              />
            );
          return (
            <LimitRow
              key={row.patient.mrn}
              row={row}
              index={index}
              columns={columns}
              edits={sheet.edits}
              active={here ? active.column : null}
              selected={index >= box.top && index <= box.bottom ? box : null}
              editing={here ? editing : null}
              onType={setEditing}
              onCommit={commit}
              onCancel={() => {
                setEditing(null);
                focus();
              }}
              onBlock={(text) => {
                setEditing(null);
                focus();
                clipboard.current.paste(text);
              }}
              onPress={(column, keep, twice) => {
                if (editing !== null) commit(null);
                go(index, column, keep);
                focus();
                if (twice && column >= 1 && column <= columns.length && editable)
                  setEditing(shown({ row: index, column }));
              }}
              onOpen={props.onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}

/** Whether a column begins another vital. */
export function first(columns: LimitColumn[], i: number): boolean {
  return columns[i - 1]?.vital !== columns[i]?.vital;
}

export function cellId({ row, column }: Place): string {
  return `limit-${row}-${column}`;
}
