// What the list draws: the filter, the order, and the rule that nothing moves under a working hand.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { WorklistRow } from "../../generated/WorklistRow";
import { groupOf, holdStill, type Place, placesOf, reorder } from "../../state/merge";

/** How long the list stays still after the last key or pointer movement in it. */
const STILL_MS = 8_000;

export interface Filter {
  text: string;
  /** Only rows held by this person, or by nobody yet; null shows everybody's. */
  mine: string | null;
}

const fold = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export function fits(row: WorklistRow, filter: Filter): boolean {
  // A critical that needs a person breaks through any filter on whose it is.
  if (filter.mine !== null && row.holder && row.holder.name !== filter.mine) {
    if (!(row.severity === "critical" && row.unacknowledged)) return false;
  }
  if (filter.text === "") return true;
  const words = fold(filter.text).split(/\s+/).filter(Boolean);
  const patient = row.patient;
  const text = fold(`${patient?.name ?? ""} ${patient?.mrn ?? ""} ${patient?.case_id ?? ""} ${row.headline}`);
  return words.every((word) => text.includes(word));
}

export interface List {
  places: readonly Place[];
  /** The ids in drawn order, folded groups left out: what J and K walk through. */
  ids: readonly string[];
  waiting: number;
  moved: number;
  /** Rows that the filter hides. */
  hidden: number;
  reveal: () => void;
  /** To be told of every key and pointer movement in the list. */
  touch: () => void;
}

export function useList(
  rows: ReadonlyMap<string, WorklistRow>,
  filter: Filter,
  folded: ReadonlySet<string>,
): List {
  const [still, setStill] = useState(false);
  const [revealed, setRevealed] = useState(0);
  const last = useRef(0);
  const timer = useRef<number | undefined>(undefined);
  const sorted = useRef<WorklistRow[]>([]);
  const shown = useRef<{ places: readonly Place[]; key: string }>({ places: [], key: "" });

  const touch = useCallback(() => {
    last.current = Date.now();
    if (timer.current !== undefined) return;
    setStill(true);
    const check = () => {
      const left = STILL_MS - (Date.now() - last.current);
      if (left > 0) {
        timer.current = window.setTimeout(check, left);
      } else {
        timer.current = undefined;
        setStill(false);
      }
    };
    timer.current = window.setTimeout(check, STILL_MS);
  }, []);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  const reveal = useCallback(() => setRevealed((n) => n + 1), []);

  const { wanted, hidden } = useMemo(() => {
    sorted.current = reorder(sorted.current, rows);
    const visible: WorklistRow[] = [];
    let out = 0;
    for (const row of sorted.current) {
      if (fits(row, filter)) visible.push(row);
      else if (groupOf(row) !== "closed") out += 1;
    }
    return { wanted: placesOf(visible), hidden: out };
  }, [rows, filter]);

  const key = `${filter.text}|${filter.mine}|${revealed}`;
  const arrangement = useMemo(() => {
    const before = shown.current;
    if (!still || before.key !== key || before.places.length === 0) {
      return { places: wanted, waiting: 0, moved: 0 };
    }
    return holdStill(before.places, wanted, rows);
  }, [wanted, rows, still, key]);

  useEffect(() => {
    shown.current = { places: arrangement.places, key };
  }, [arrangement, key]);

  const ids = useMemo(
    () => arrangement.places.filter((place) => !folded.has(place.group)).map((place) => place.id),
    [arrangement.places, folded],
  );
  return { ...arrangement, ids, hidden, reveal, touch };
}
