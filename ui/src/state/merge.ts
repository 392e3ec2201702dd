// The worklist on this screen: what the engine sent, merged by id, and the order it is shown in.

import type { Counts } from "../generated/Counts";
import type { WorklistRow } from "../generated/WorklistRow";
import type { WorklistView } from "../generated/WorklistView";

export const GROUPS = ["now", "later", "shelved", "closed"] as const;
export type Group = (typeof GROUPS)[number];

export interface Held {
  seq: number;
  rows: ReadonlyMap<string, WorklistRow>;
  counts: Counts;
}

export const NOTHING_HELD: Held = {
  seq: 0,
  rows: new Map(),
  counts: { critical: 0, abnormal: 0, info: 0, unacknowledged: 0, shelved: 0 },
};

/** Merges an answer of the engine's. A row older than the one held is late news and is dropped. */
export function merge(held: Held, view: WorklistView): Held {
  if (view.whole) {
    return { seq: view.seq, rows: new Map(view.rows.map((row) => [row.id, row])), counts: view.counts };
  }
  if (view.seq < held.seq) return held;
  if (view.rows.length === 0 && view.gone.length === 0) {
    return { seq: view.seq, rows: held.rows, counts: view.counts };
  }
  const rows = new Map(held.rows);
  for (const row of view.rows) {
    const before = rows.get(row.id);
    if (!before || row.seq >= before.seq) rows.set(row.id, row);
  }
  for (const id of view.gone) rows.delete(id);
  return { seq: view.seq, rows, counts: view.counts };
}

const RANK: Record<string, number> = { now: 0, later: 1, shelved: 2, closed: 3 };

export function groupOf(row: WorklistRow): Group {
  return row.group in RANK ? (row.group as Group) : "later";
}

/** The engine's order: by group, then by place in it, then by id so that equals never swap. */
export function inOrder(a: WorklistRow, b: WorklistRow): number {
  return (
    (RANK[groupOf(a)] as number) - (RANK[groupOf(b)] as number) ||
    a.order - b.order ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

/** One place in the list as it is drawn: frozen while a person works in it. */
export interface Place {
  id: string;
  group: Group;
}

export interface Arrangement {
  places: readonly Place[];
  /** Rows that wait to be shown, and rows whose place is not the one shown. */
  waiting: number;
  moved: number;
}

/**
 * The rows in order, given the order they had: a few changed rows among ten thousand cost a merge, not a sort.
 */
export function reorder(
  before: readonly WorklistRow[],
  rows: ReadonlyMap<string, WorklistRow>,
): WorklistRow[] {
  const kept: WorklistRow[] = [];
  for (const row of before) if (rows.get(row.id) === row) kept.push(row);
  if (kept.length === rows.size) return kept;
  const same = new Set(kept);
  const changed: WorklistRow[] = [];
  for (const row of rows.values()) if (!same.has(row)) changed.push(row);
  changed.sort(inOrder);
  const merged: WorklistRow[] = [];
  let next = 0;
  for (const row of kept) {
    while (next < changed.length && inOrder(changed[next] as WorklistRow, row) < 0) {
      merged.push(changed[next] as WorklistRow);
      next += 1;
    }
    merged.push(row);
  }
  while (next < changed.length) {
    merged.push(changed[next] as WorklistRow);
    next += 1;
  }
  return merged;
}

/** The place of each row, in the order given. */
export function placesOf(rows: readonly WorklistRow[]): Place[] {
  return rows.map((row) => ({ id: row.id, group: groupOf(row) }));
}

/**
 * The places to draw while a person works in the list: everything stays where it is, what is gone leaves,
 * a new critical breaks in at its place, and anything else new waits to be shown.
 */
export function holdStill(
  shown: readonly Place[],
  wanted: readonly Place[],
  rows: ReadonlyMap<string, WorklistRow>,
): Arrangement {
  const wantedGroup = new Map(wanted.map((place) => [place.id, place.group]));
  const there = new Set<string>();
  const places: Place[] = [];
  for (const place of shown) {
    if (wantedGroup.has(place.id)) {
      there.add(place.id);
      places.push(place);
    }
  }
  let waiting = 0;
  let moved = 0;
  const breaking: Place[] = [];
  for (const place of wanted) {
    if (there.has(place.id)) continue;
    const row = rows.get(place.id);
    if (row?.severity === "critical" && place.group === "now") breaking.push(place);
    else waiting += 1;
  }
  // A row whose severity rose to critical counts as moved only when its group changed.
  for (const place of places) if (wantedGroup.get(place.id) !== place.group) moved += 1;
  if (breaking.length === 0) return { places, waiting, moved };
  const rank = new Map(wanted.map((place, index) => [place.id, index]));
  const merged = [...places];
  for (const place of breaking) {
    const before = merged.findIndex(
      (other) => other.group !== "now" || (rank.get(other.id) ?? 0) > (rank.get(place.id) ?? 0),
    );
    merged.splice(before === -1 ? merged.length : before, 0, place);
  }
  return { places: merged, waiting, moved };
}
