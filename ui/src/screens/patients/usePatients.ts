// The list a stretch at a time: what is in sight is loaded, and what a pasted block reaches.

import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { PatientRow } from "../../generated/PatientRow";
import { call } from "../../host";
import { queries } from "../../state/queries";

/** Rows of one answer. */
const STRETCH = 100;

export function usePatients(search: string, filter: string) {
  const [sight, setSight] = useState({ first: 0, last: 0 });
  const stretch = useCallback(
    (n: number) => ({
      queryKey: ["patients", search, filter, n],
      queryFn: () => call("patients", { search, filter, offset: n * STRETCH }),
    }),
    [search, filter],
  );
  const head = useQuery({ ...stretch(0), placeholderData: keepPreviousData });
  const count = head.data?.total ?? 0;
  const wanted = useMemo(() => {
    const all = [];
    for (let n = Math.max(1, sight.first); n <= sight.last && n * STRETCH < count; n += 1) all.push(n);
    return all;
  }, [sight, count]);
  const others = useQueries({ queries: wanted.map(stretch) });
  const loaded = new Map<number, PatientRow[]>();
  if (head.data) loaded.set(0, head.data.rows);
  others.forEach((one, i) => {
    if (one.data) loaded.set(wanted[i] as number, one.data.rows);
  });
  const rowAt = (index: number) => loaded.get(Math.floor(index / STRETCH))?.[index % STRETCH];
  const load = async (from: number, to: number) => {
    const rows: (PatientRow | undefined)[] = [];
    for (let n = Math.floor(from / STRETCH); n * STRETCH < to; n += 1) {
      const { rows: found } = await queries.ensureQueryData(stretch(n));
      found.forEach((row, i) => {
        const index = n * STRETCH + i;
        if (index >= from && index < to) rows[index - from] = row;
      });
    }
    return rows;
  };
  const onSight = useCallback((from: number, to: number) => {
    const next = { first: Math.floor(from / STRETCH), last: Math.floor(Math.max(from, to - 1) / STRETCH) };
    setSight((before) => (before.first === next.first && before.last === next.last ? before : next));
  }, []);
  return {
    view: head.data,
    error: head.error,
    again: () => void head.refetch(),
    count,
    rowAt,
    load,
    onSight,
  };
}
