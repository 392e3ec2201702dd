// The list itself: a grid to assistive technology, drawn only where it is in sight, so that ten thousand rows
// cost what thirty do.

import { IconChevronDown } from "@tabler/icons-react";
import { useEffect, useMemo, useRef } from "react";
import type { WorklistRow } from "../../generated/WorklistRow";
import { useWords } from "../../i18n/useWords";
import { useSight } from "../../parts/useSight";
import type { Group, Place } from "../../state/merge";
import { COLUMNS_PX, HEAD_PX, inSight, layOut, ROW_PX } from "./layout";
import { Row } from "./Row";
import styles from "./RowGrid.module.css";

export type Width = "narrow" | "middle" | "wide";
export const GRID_ID = "worklist-grid";

interface Props {
  rows: ReadonlyMap<string, WorklistRow>;
  places: readonly Place[];
  folded: ReadonlySet<string>;
  onFold: (group: Group) => void;
  chosen: string | null;
  onChoose: (id: string, open: boolean) => void;
  onTouch: () => void;
}

const COLUMNS = ["severity", "patient", "value", "trend", "headline", "rail", "next", "age"] as const;

export function widthOf(pixels: number): Width {
  return pixels >= 1060 ? "wide" : pixels >= 660 ? "middle" : "narrow";
}

export function RowGrid({ rows, places, folded, onFold, chosen, onChoose, onTouch }: Props) {
  const { t } = useWords();
  const scroller = useRef<HTMLDivElement>(null);
  const { box, onScroll } = useSight(scroller);
  const { lines, height } = useMemo(() => layOut(places, folded), [places, folded]);
  const width = widthOf(box.width);

  // The chosen row is brought into sight when the choice changes, not when rows arrive around it.
  const linesNow = useRef(lines);
  linesNow.current = lines;
  useEffect(() => {
    const element = scroller.current;
    const line = linesNow.current.find((each) => each.kind === "row" && each.id === chosen);
    if (!element || !line) return;
    const first = line.top - HEAD_PX;
    const last = line.top + ROW_PX;
    if (first < element.scrollTop) element.scrollTop = first;
    else if (last > element.scrollTop + element.clientHeight - COLUMNS_PX) {
      element.scrollTop = last - element.clientHeight + COLUMNS_PX;
    }
  }, [chosen]);

  const [from, to] = inSight(lines, box.top, box.height);
  const drawn = lines.slice(from, to);
  const chosenLine =
    chosen === null ? -1 : lines.findIndex((line) => line.kind === "row" && line.id === chosen);
  const extra = chosenLine >= 0 && (chosenLine < from || chosenLine >= to) ? lines[chosenLine] : undefined;

  return (
    <div className={styles.list} data-width={width}>
      <div
        id={GRID_ID}
        ref={scroller}
        className={styles.scroller}
        role="grid"
        aria-label={t("list.title")}
        aria-rowcount={lines.length + 1}
        aria-colcount={COLUMNS.length}
        {...(chosenLine >= 0 ? { "aria-activedescendant": `row-${chosen}` } : {})}
        tabIndex={0}
        onScroll={onScroll}
        onWheel={onTouch}
        onPointerMove={onTouch}
      >
        <div className={styles.columns} role="row" aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <span key={column} role="columnheader" data-column={column}>
              {t(`list.column_${column}`)}
            </span>
          ))}
        </div>
        <div className={styles.all} role="presentation" style={{ height }}>
          {[...drawn, ...(extra ? [extra] : [])].map((line, place) => {
            const index = (place < drawn.length ? from + place : chosenLine) + 2;
            if (line.kind === "head") {
              return (
                <div
                  key={line.group}
                  role="row"
                  aria-rowindex={index}
                  className={styles.head}
                  style={{ transform: `translateY(${line.top}px)` }}
                  data-group={line.group}
                >
                  <div role="rowheader" aria-colspan={COLUMNS.length}>
                    <button
                      type="button"
                      tabIndex={-1}
                      aria-expanded={!folded.has(line.group)}
                      onClick={() => onFold(line.group)}
                    >
                      <IconChevronDown
                        size={14}
                        aria-hidden="true"
                        data-folded={folded.has(line.group) || undefined}
                      />
                      <b>{t(`list.${line.group}`)}</b>
                      <span className={styles.count}>{line.count}</span>
                      {line.group === "now" && (
                        <span className={styles.words}>
                          {line.count > 0 ? t("list.now_words") : t("list.group_empty")}
                        </span>
                      )}
                      {line.group === "later" && (
                        <span className={styles.words}>{t("list.later_words")}</span>
                      )}
                    </button>
                  </div>
                </div>
              );
            }
            const row = rows.get(line.id);
            if (!row) return null;
            return (
              <Row
                key={line.id}
                row={row}
                index={index}
                top={line.top}
                moved={row.group !== line.group}
                chosen={line.id === chosen}
                width={width}
                onChoose={onChoose}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
