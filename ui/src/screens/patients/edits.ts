// What was typed into the grid and is not saved: cells, with undo and redo, and what is wrong with each.

import type { LimitColumn } from "../../generated/LimitColumn";
import type { PatientRow } from "../../generated/PatientRow";

/** A cell as typed; an empty text is the default. */
export interface Edit {
  row: PatientRow;
  limit: string;
  text: string;
}

export type Edits = ReadonlyMap<string, Edit>;

export interface Sheet {
  edits: Edits;
  past: readonly Edits[];
  future: readonly Edits[];
}

export const EMPTY: Sheet = { edits: new Map(), past: [], future: [] };
const REMEMBERED = 200;
/** mg/dL in one mmol/L. */
const MOLAR = 18.0156;

export type Trouble =
  | { kind: "number" }
  | { kind: "places" }
  | { kind: "range"; least: number; most: number; unit: string; converted: number | null }
  | { kind: "not_below"; low: string; high: string };

export function cellKey(mrn: string, limit: string): string {
  return `${limit} ${mrn}`;
}

/** "150.0" is 150, "16,7" is 16.7, "150 mmHg" is 150, "default" is empty; anything else stays as it was typed. */
export function readCell(typed: string, column: LimitColumn, defaultWord: string): string {
  let text = typed.trim();
  if (["default", defaultWord.toLowerCase(), "-", "–"].includes(text.toLowerCase())) return "";
  if (text.toLowerCase().endsWith(column.unit.toLowerCase()))
    text = text.slice(0, -column.unit.length).trim();
  if (!/^\d+([.,]\d*)?$/.test(text)) return text;
  text = text.replace(",", ".");
  if (text.includes(".")) text = text.replace(/0+$/, "").replace(/\.$/, "");
  return text.replace(/^0+(?=\d)/, "");
}

/** Puts cells down; those that are as they were before are no edits any more. */
export function put(sheet: Sheet, cells: readonly Edit[]): Sheet {
  const edits = new Map(sheet.edits);
  let changed = false;
  for (const cell of cells) {
    const key = cellKey(cell.row.patient.mrn, cell.limit);
    const before = edits.get(key)?.text ?? cell.row.own[cell.limit] ?? "";
    if (before === cell.text) continue;
    changed = true;
    if ((cell.row.own[cell.limit] ?? "") === cell.text) edits.delete(key);
    else edits.set(key, cell);
  }
  if (!changed) return sheet;
  return { edits, past: [...sheet.past, sheet.edits].slice(-REMEMBERED), future: [] };
}

export function undo(sheet: Sheet): Sheet {
  const before = sheet.past.at(-1);
  if (!before) return sheet;
  return { edits: before, past: sheet.past.slice(0, -1), future: [sheet.edits, ...sheet.future] };
}

export function redo(sheet: Sheet): Sheet {
  const [after, ...rest] = sheet.future;
  if (!after) return sheet;
  return { edits: after, past: [...sheet.past, sheet.edits], future: rest };
}

/** Takes the saved patients' cells away; what came before a save is not undone here. */
export function afterSave(sheet: Sheet, saved: ReadonlySet<string>): Sheet {
  const left = [...sheet.edits].filter(([, edit]) => !saved.has(edit.row.patient.mrn));
  return { edits: new Map(left), past: [], future: [] };
}

/** The same cells over the rows as they are now. */
export function rebase(sheet: Sheet, rows: readonly PatientRow[]): Sheet {
  const fresh = new Map(rows.map((row) => [row.patient.mrn, row]));
  const edits = new Map<string, Edit>();
  for (const [key, edit] of sheet.edits) {
    const row = fresh.get(edit.row.patient.mrn) ?? edit.row;
    if ((row.own[edit.limit] ?? "") !== edit.text) edits.set(key, { ...edit, row });
  }
  return { ...sheet, edits };
}

/** What counts for a patient now: typed, else own, else the default. */
export function inForce(row: PatientRow, column: LimitColumn, edits: Edits): string | null {
  const edit = edits.get(cellKey(row.patient.mrn, column.name));
  const text = edit ? edit.text : (row.own[column.name] ?? "");
  return text === "" ? column.default : text;
}

/** Why a cell cannot stand; the engine holds the same rules and has the last word. */
export function troubleOf(edit: Edit, columns: readonly LimitColumn[], edits: Edits): Trouble | null {
  const column = columns.find((one) => one.name === edit.limit);
  if (!column) return null;
  if (edit.text !== "") {
    if (!/^\d+(\.\d+)?$/.test(edit.text)) return { kind: "number" };
    const n = Number(edit.text);
    if (n < column.least || n > column.most) {
      const molar = column.unit === "mg/dL" && n >= 1 && n <= 35 ? Math.round(n * MOLAR) : null;
      return { kind: "range", least: column.least, most: column.most, unit: column.unit, converted: molar };
    }
    if (/\.\d\d/.test(edit.text)) return { kind: "places" };
  }
  const other = columns.find((one) => one.name === (column.below ?? column.above));
  if (!other) return null;
  const [low, high] = column.below ? [column, other] : [other, column];
  const [least, most] = [inForce(edit.row, low, edits), inForce(edit.row, high, edits)];
  if (least !== null && most !== null && Number(least) >= Number(most)) {
    return { kind: "not_below", low: least, high: most };
  }
  return null;
}

/** What is to be saved, a patient each. */
export function orders(edits: Edits) {
  const byPatient = new Map<string, { row: PatientRow; cells: Edit[] }>();
  for (const edit of edits.values()) {
    const one = byPatient.get(edit.row.patient.mrn) ?? { row: edit.row, cells: [] };
    one.cells.push(edit);
    byPatient.set(edit.row.patient.mrn, one);
  }
  return [...byPatient.values()].sort((a, b) => a.row.patient.name.localeCompare(b.row.patient.name));
}
