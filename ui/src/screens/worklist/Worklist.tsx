// The Worklist: what needs a person, in order; one key for each act.

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useWords } from "../../i18n/useWords";
import { Key } from "../../parts/Button";
import { SearchField } from "../../parts/Field";
import { Failure, Skeleton } from "../../parts/States";
import { Switch } from "../../parts/Switch";
import type { Group } from "../../state/merge";
import { useFrame } from "../../state/queries";
import { useRoute } from "../../state/route";
import { showClosed, useWorklist } from "../../state/worklist";
import { type Asking, press } from "./acts";
import { ActDialog } from "./dialogs";
import { NothingChosen } from "./NothingChosen";
import { PANEL_ID, Panel } from "./Panel";
import { Quiet } from "./Quiet";
import { GRID_ID, RowGrid } from "./RowGrid";
import { type Filter, useList } from "./useList";
import { useListKeys } from "./useListKeys";
import styles from "./Worklist.module.css";

const SEARCH_ID = "worklist-search";

// What is chosen outlives a visit to another screen.
let chosenBefore: string | null = null;
let closedShown = false;

export function Worklist() {
  const { t } = useWords();
  const { held, loaded, error } = useWorklist();
  const frame = useFrame().data;
  const route = useRoute();
  const [chosen, setChosen] = useState<string | null>(chosenBefore);
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [text, setText] = useState("");
  const [whose, setWhose] = useState<"all" | "mine">("all");
  const [closed, setClosed] = useState(closedShown);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set(["shelved"]));
  const me = frame?.who.name ?? null;
  const filter: Filter = useMemo(() => ({ text, mine: whose === "mine" ? me : null }), [text, whose, me]);
  const list = useList(held.rows, filter, folded);
  const row = chosen === null ? undefined : held.rows.get(chosen);

  const choose = useCallback((id: string | null, show = false) => {
    chosenBefore = id;
    setChosen(id);
    if (show) setOpen(true);
  }, []);

  // A link from another screen names its row.
  useEffect(() => {
    if (!route.row) return;
    choose(route.row, true);
    // The link that led here is gone; the keyboard goes on from the list.
    document.getElementById(GRID_ID)?.focus();
  }, [route.row, choose]);

  useEffect(() => {
    closedShown = closed;
    showClosed(closed);
  }, [closed]);

  // When the chosen row leaves the list, the one that takes its place is chosen. One that has only just been
  // opened by a link may not have arrived yet.
  const place = useRef<{ id: string; index: number } | null>(null);
  useEffect(() => {
    if (chosen === null) return;
    const index = list.ids.indexOf(chosen);
    if (index >= 0) place.current = { id: chosen, index };
    else if (place.current?.id === chosen && !held.rows.has(chosen) && !asking) {
      choose(list.ids[place.current.index] ?? list.ids.at(-1) ?? null);
    }
  }, [chosen, list.ids, held.rows, asking, choose]);

  useListKeys({
    grid: GRID_ID,
    ids: list.ids,
    chosen,
    choose,
    touch: list.touch,
    reveal: list.reveal,
    open: () => {
      setOpen(true);
      window.requestAnimationFrame(() => document.getElementById(PANEL_ID)?.focus());
    },
    back: () => {
      setOpen(false);
      document.getElementById(GRID_ID)?.focus();
    },
    find: () => document.getElementById(SEARCH_ID)?.querySelector("input")?.focus(),
    act: (letter) => {
      const current = chosen === null ? undefined : held.rows.get(chosen);
      if (!current) return;
      const asked = press(letter, current);
      if (asked && asked !== "done") setAsking(asked);
    },
  });

  return (
    <div className={styles.screen} data-open={open || undefined}>
      <section className={styles.side} aria-label={t("list.title")}>
        <header className={styles.tools}>
          <h1 className="visually-hidden">{t("list.title")}</h1>
          <div className={styles.find} id={SEARCH_ID}>
            <SearchField
              label={t("list.search")}
              clear={t("list.clear_search")}
              value={text}
              onChange={setText}
              keyHint="/"
            />
          </div>
          <ToggleButtonGroup
            className={styles.whose!}
            aria-label={t("list.whose")}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[whose]}
            onSelectionChange={(keys) => setWhose([...keys][0] === "mine" ? "mine" : "all")}
          >
            <ToggleButton id="all" className={styles.toggle!}>
              {t("list.all")}
            </ToggleButton>
            <ToggleButton id="mine" className={styles.toggle!}>
              {t("list.mine")}
            </ToggleButton>
          </ToggleButtonGroup>
          <Switch isSelected={closed} onChange={setClosed}>
            {t("list.show_closed")}
          </Switch>
          {list.hidden > 0 && (
            <button
              type="button"
              className={styles.hidden}
              onClick={() => {
                setText("");
                setWhose("all");
              }}
            >
              {t("list.hidden", { count: list.hidden })}
            </button>
          )}
          {(list.waiting > 0 || list.moved > 0) && (
            <button
              type="button"
              className={styles.waiting}
              data-new={list.waiting > 0 || undefined}
              onClick={list.reveal}
              aria-live="polite"
            >
              <span>
                {list.waiting > 0
                  ? t("list.new", { count: list.waiting })
                  : t("list.moved", { count: list.moved })}
              </span>
              <span className={styles.press}>
                {t("list.press")} <Key>Shift</Key> <Key>N</Key>
              </span>
            </button>
          )}
        </header>
        <div className={styles.rows}>
          {!loaded && error ? (
            <Failure thrown={error} />
          ) : !loaded ? (
            <Skeleton rows={12} label={t("list.loading")} />
          ) : list.places.length === 0 ? (
            <Quiet filtered={held.rows.size > 0 && list.hidden > 0} frame={frame} />
          ) : (
            <RowGrid
              rows={held.rows}
              places={list.places}
              folded={folded}
              onFold={(group: Group) =>
                setFolded((before) => {
                  const after = new Set(before);
                  if (!after.delete(group)) after.add(group);
                  return after;
                })
              }
              chosen={chosen}
              onChoose={choose}
              onTouch={list.touch}
            />
          )}
        </div>
      </section>
      <aside className={styles.panel}>
        {row ? (
          <Panel row={row} onAsk={setAsking} onClose={() => setOpen(false)} onOther={(id) => choose(id)} />
        ) : (
          <NothingChosen />
        )}
      </aside>
      {asking && row && <ActDialog asking={asking} row={row} onClose={() => setAsking(null)} />}
    </div>
  );
}
