// The Visits screen: the visits of a day, what is sent about each and when, and what waits for a person.

import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import type { VisitCounts } from "../../generated/VisitCounts";
import type { VisitsView } from "../../generated/VisitsView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { SearchField } from "../../parts/Field";
import { Empty, Failure, Skeleton } from "../../parts/States";
import { goTo, hrefOf, useRoute } from "../../state/route";
import { useListKeys } from "../worklist/useListKeys";
import { VISIT_GRID, VisitGrid } from "./VisitGrid";
import { VISIT_PANEL, VisitPanel } from "./VisitPanel";
import styles from "./Visits.module.css";

const SEARCH = "visits-search";
const TYPED_MS = 180;
const FILTERS = [
  "all",
  "needs_person",
  "queued",
  "reminded",
  "requested",
  "confirmed",
  "canceled",
  "noshowed",
  "expired",
] as const satisfies (keyof VisitCounts)[];
type Filter = (typeof FILTERS)[number];

/** That many days later, as YYYY-MM-DD. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

function useVisits(day: string | null, search: string, filter: Filter) {
  return useInfiniteQuery({
    queryKey: ["visits", day, search, filter],
    queryFn: ({ pageParam }) => call("visits", { day, search, filter, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: VisitsView) => last.next,
    placeholderData: keepPreviousData,
  });
}

export function Visits() {
  const { t } = useWords();
  const route = useRoute();
  const [day, setDay] = useState<string | null>(null);
  const [filter, setFilter] = useState<Filter>("all");
  const [typed, setTyped] = useState("");
  const [search, setSearch] = useState("");
  const chosen = route.screen === "visits" ? route.row : null;
  const choose = (id: string) => goTo("visits", id);
  useEffect(() => {
    const timer = window.setTimeout(() => setSearch(typed.trim()), TYPED_MS);
    return () => window.clearTimeout(timer);
  }, [typed]);
  const visits = useVisits(day, search, filter);
  const view = visits.data?.pages[0];
  const rows = useMemo(() => visits.data?.pages.flatMap((page) => page.rows) ?? [], [visits.data]);
  const ids = useMemo(() => rows.map((row) => row.appointment_id), [rows]);
  const shown = day ?? view?.today ?? "";
  const allDays = search !== "" || filter === "needs_person";
  const more = useRef(visits);
  more.current = visits;

  useListKeys({
    grid: VISIT_GRID,
    ids,
    chosen,
    choose,
    touch: () => undefined,
    reveal: () => undefined,
    open: () => document.getElementById(VISIT_PANEL)?.focus(),
    back: () => {
      goTo("visits");
      document.getElementById(VISIT_GRID)?.focus();
    },
    find: () => document.getElementById(SEARCH)?.querySelector("input")?.focus(),
    act: () => undefined,
  });

  return (
    <div className={styles.screen} data-open={chosen !== null || undefined}>
      <section className={styles.side} aria-label={t("visits.title")}>
        <header className={styles.tools}>
          <h1 className="visually-hidden">{t("visits.title")}</h1>
          <div className={styles.day}>
            <Button
              size="small"
              iconOnly
              icon={<IconChevronLeft size={16} aria-hidden="true" />}
              onPress={() => shown && setDay(dayAfter(shown, -1))}
            >
              {t("visits.previous")}
            </Button>
            <input
              type="date"
              className={styles.date}
              aria-label={t("visits.day")}
              value={shown}
              onChange={(event) => event.target.value && setDay(event.target.value)}
            />
            <Button
              size="small"
              iconOnly
              icon={<IconChevronRight size={16} aria-hidden="true" />}
              onPress={() => shown && setDay(dayAfter(shown, 1))}
            >
              {t("visits.next")}
            </Button>
            <Button size="small" tone="quiet" onPress={() => setDay(null)}>
              {t("visits.today")}
            </Button>
          </div>
          <div className={styles.find} id={SEARCH}>
            <SearchField
              label={t("visits.search")}
              clear={t("list.clear_search")}
              value={typed}
              onChange={setTyped}
              keyHint="/"
            />
          </div>
          <ToggleButtonGroup
            className={styles.filters!}
            aria-label={t("visits.filter")}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[filter]}
            onSelectionChange={(keys) => setFilter([...keys][0] as Filter)}
          >
            {FILTERS.map((one) => (
              <ToggleButton key={one} id={one} className={styles.filter!}>
                {t(`visits.${one}`)}
                <span className={styles.count}>{view?.counts[one] ?? ""}</span>
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          {allDays && <p className={styles.note}>{t("visits.found")}</p>}
          {view?.too_many && <p className={styles.note}>{t("visits.too_many")}</p>}
          {view && view.loose.length > 0 && (
            <p className={styles.loose}>
              {t("visits.loose", { count: view.loose.length })}{" "}
              <a href={hrefOf("worklist", view.loose[0]?.row)}>{t("visits.open_row")}</a>
            </p>
          )}
        </header>
        <div className={styles.rows}>
          {!view && visits.error ? (
            <Failure thrown={visits.error} onRetry={() => void visits.refetch()} />
          ) : !view ? (
            <Skeleton rows={12} label={t("visits.loading")} />
          ) : rows.length === 0 ? (
            <Nothing
              filter={filter}
              search={search}
              onAll={() => {
                setFilter("all");
                setTyped("");
              }}
            />
          ) : (
            <VisitGrid
              rows={rows}
              dated={allDays}
              chosen={chosen}
              onChoose={choose}
              onEnd={() => {
                const now = more.current;
                if (now.hasNextPage && !now.isFetchingNextPage) void now.fetchNextPage();
              }}
            />
          )}
        </div>
      </section>
      <aside className={styles.panel}>
        {chosen ? (
          <VisitPanel id={chosen} onClose={() => goTo("visits")} />
        ) : (
          <Empty title={t("visits.nothing_chosen")}>
            <p>{t("visits.nothing_chosen_words")}</p>
          </Empty>
        )}
      </aside>
    </div>
  );
}

function Nothing({ filter, search, onAll }: { filter: Filter; search: string; onAll: () => void }) {
  const { t } = useWords();
  if (filter === "needs_person" && search === "") return <Empty title={t("visits.none_needs")} />;
  if (filter !== "all" || search !== "") {
    return (
      <Empty title={t("visits.none_fits")}>
        <p>{t("visits.none_fits_words")}</p>
        <p>
          <Button onPress={onAll}>{t("visits.show_all")}</Button>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title={t("visits.empty_title")}>
      <p>{t("visits.empty_words")}</p>
    </Empty>
  );
}
