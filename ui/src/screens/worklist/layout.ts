// Where each line of the list is, in pixels: a few headings among many rows of one height.

import type { Group, Place } from "../../state/merge";

export const ROW_PX = 44;
export const HEAD_PX = 36;
/** The column titles that stay at the top. */
export const COLUMNS_PX = 28;
/** Lines drawn above and below what is in sight. */
const MARGIN = 8;

export type Line =
  | { kind: "head"; group: Group; count: number; top: number }
  | { kind: "row"; id: string; group: Group; top: number };

/** Lines from top to bottom; a folded group keeps its heading only. */
export function layOut(
  places: readonly Place[],
  folded: ReadonlySet<string>,
): { lines: Line[]; height: number } {
  const counts = new Map<Group, number>();
  for (const place of places) counts.set(place.group, (counts.get(place.group) ?? 0) + 1);
  const lines: Line[] = [];
  let top = 0;
  let group: Group | null = null;
  // That nothing needs a person now is worth a line of its own.
  if (places.length > 0 && places[0]?.group !== "now") {
    lines.push({ kind: "head", group: "now", count: 0, top });
    top += HEAD_PX;
  }
  for (const place of places) {
    if (place.group !== group) {
      group = place.group;
      lines.push({ kind: "head", group, count: counts.get(group) ?? 0, top });
      top += HEAD_PX;
    }
    if (folded.has(place.group)) continue;
    lines.push({ kind: "row", id: place.id, group: place.group, top });
    top += ROW_PX;
  }
  return { lines, height: top };
}

/** The first and last line to draw, found by halving because tops only grow. */
export function inSight(lines: readonly Line[], top: number, height: number): [number, number] {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.top ?? 0) + ROW_PX < top) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < lines.length && (lines[end]?.top ?? 0) < top + height) end += 1;
  return [Math.max(0, low - MARGIN), Math.min(lines.length, end + MARGIN)];
}
