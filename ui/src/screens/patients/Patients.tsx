// The Patients screen: who is enrolled, their limits in a grid that is worked like a spreadsheet, files in and out.

import { IconFileImport, IconFileSpreadsheet, IconUserPlus } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import type { PatientCounts } from "../../generated/PatientCounts";
import type { UnknownPatient } from "../../generated/UnknownPatient";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { SearchField } from "../../parts/Field";
import { Empty, Failure, Skeleton } from "../../parts/States";
import { queries } from "../../state/queries";
import { goTo, useRoute } from "../../state/route";
import { say, sayDone, sayError } from "../../state/toasts";
import type { Place } from "./block";
import { CellBar } from "./CellBar";
import { type Edit, orders, put, redo, troubleOf, undo } from "./edits";
import { Import } from "./Import";
import { LIMIT_GRID, LimitGrid } from "./LimitGrid";
import { NewPatient } from "./NewPatient";
import styles from "./Patients.module.css";
import { PatientView } from "./PatientView";
import { SaveLimits } from "./SaveLimits";
import { changeSheet, useSheet } from "./sheet";
import { usePatients } from "./usePatients";

const SEARCH = "patients-search";
const TYPED_MS = 350;
const FILTERS = [
  "all",
  "own",
  "review",
  "zone",
  "opted_out",
  "away",
] as const satisfies (keyof PatientCounts)[];
type Filter = (typeof FILTERS)[number];

export function Patients() {
  const route = useRoute();
  const mrn = route.screen === "patients" ? route.row : null;
  return mrn ? <PatientView key={mrn} mrn={mrn} /> : <List />;
}

/** Where one was on the list, for when one comes back to it. */
const left = { typed: "", filter: "all" as Filter, active: { row: 0, column: 1 } as Place };

function List() {
  const { t } = useWords();
  const [typed, setTyped] = useState(left.typed);
  const [search, setSearch] = useState(left.typed.trim());
  const [filter, setFilter] = useState<Filter>(left.filter);
  const [active, setActive] = useState<Place>(left.active);
  const [asked, setAsked] = useState<"import" | "new" | "save" | null>(null);
  const [named, setNamed] = useState<UnknownPatient | null>(null);
  const sheet = useSheet();
  useEffect(() => {
    Object.assign(left, { typed, filter, active });
  }, [typed, filter, active]);
  useEffect(() => {
    const timer = window.setTimeout(() => setSearch(typed.trim()), TYPED_MS);
    return () => window.clearTimeout(timer);
  }, [typed]);
  const list = usePatients(search, filter);
  const { view, count, rowAt, load, onSight } = list;
  const columns = view?.limits ?? [];
  const editable = view !== undefined && view.may !== "none";
  const works = view !== undefined && view.may !== "none";
  const here: Place = { ...active, row: Math.min(active.row, Math.max(0, count - 1)) };
  const bad = useMemo(
    () => [...sheet.edits.values()].filter((edit) => troubleOf(edit, columns, sheet.edits) !== null).length,
    [sheet, columns],
  );
  const save = () => {
    if (sheet.edits.size === 0) return;
    if (bad > 0) say(t("patients.correct_first", { count: bad }));
    else setAsked("save");
  };
  const onPut = useCallback((cells: Edit[]) => changeSheet((before) => put(before, cells)), []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLInputElement || document.querySelector("[role=dialog]")) return;
      event.preventDefault();
      document.getElementById(SEARCH)?.querySelector("input")?.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  const write = async (what: "patients" | "limit_history") => {
    try {
      const file = await call("export_patients", { what });
      say(t("patients.written", { count: file.rows, path: file.path }));
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
  };
  const retry = async () => {
    try {
      sayDone(await call("retry_unknown", {}));
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    void queries.invalidateQueries({ queryKey: ["patients"] });
  };

  return (
    <div className={styles.screen}>
      <header className={styles.tools}>
        <h1>{t("patients.title")}</h1>
        <div className={styles.find} id={SEARCH}>
          <SearchField
            label={t("patients.search")}
            clear={t("list.clear_search")}
            value={typed}
            onChange={(text) => {
              setTyped(text);
              setActive({ row: 0, column: active.column });
            }}
            keyHint="/"
          />
        </div>
        {works && (
          <div className={styles.actions}>
            <Button icon={<IconUserPlus size={16} aria-hidden="true" />} onPress={() => setAsked("new")}>
              {t("patients.new")}
            </Button>
            <Button icon={<IconFileImport size={16} aria-hidden="true" />} onPress={() => setAsked("import")}>
              {t("patients.import")}
            </Button>
            <MenuTrigger>
              <Button icon={<IconFileSpreadsheet size={16} aria-hidden="true" />}>
                {t("patients.export")}
              </Button>
              <Popover className={styles.popover!} placement="bottom end" offset={4}>
                <Menu
                  className={styles.menu!}
                  onAction={(what) => void write(what as "patients" | "limit_history")}
                >
                  <MenuItem id="patients" className={styles.item!}>
                    {t("patients.export_patients")}
                  </MenuItem>
                  <MenuItem id="limit_history" className={styles.item!}>
                    {t("patients.export_history")}
                  </MenuItem>
                </Menu>
              </Popover>
            </MenuTrigger>
          </div>
        )}
        <ToggleButtonGroup
          className={styles.filters!}
          aria-label={t("patients.filter")}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[filter]}
          onSelectionChange={(keys) => {
            setFilter([...keys][0] as Filter);
            setActive({ row: 0, column: active.column });
          }}
        >
          {FILTERS.map((one) => (
            <ToggleButton key={one} id={one} className={styles.filter!}>
              {t(`patients.filter_${one}`)}
              <span className={styles.count}>{view?.counts[one] ?? ""}</span>
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        {view && view.unknown.length > 0 && (
          <Unknown
            unknown={view.unknown}
            works={works}
            onEnrol={(one) => {
              setNamed(one);
              setAsked("new");
            }}
            onRetry={() => void retry()}
          />
        )}
      </header>
      {!view && list.error ? (
        <Failure thrown={list.error} onRetry={list.again} />
      ) : !view ? (
        <Skeleton rows={14} label={t("patients.loading")} />
      ) : count === 0 ? (
        <Empty title={search || filter !== "all" ? t("patients.none_fit") : t("patients.none")}>
          <p>{search || filter !== "all" ? t("patients.none_fit_words") : t("patients.none_words")}</p>
          {(search || filter !== "all") && (
            <p>
              <Button
                size="small"
                onPress={() => {
                  setTyped("");
                  setSearch("");
                  setFilter("all");
                }}
              >
                {t("patients.show_all")}
              </Button>
            </p>
          )}
        </Empty>
      ) : (
        <LimitGrid
          columns={columns}
          count={count}
          rowAt={rowAt}
          load={load}
          onSight={onSight}
          sheet={sheet}
          editable={editable}
          active={here}
          onActive={setActive}
          onPut={onPut}
          onUndo={() => changeSheet(undo)}
          onRedo={() => changeSheet(redo)}
          onOpen={(one) => goTo("patients", one)}
          onSave={save}
        />
      )}
      {view && count > 0 && (
        <CellBar
          row={rowAt(here.row)}
          column={columns[here.column - 1]}
          columns={columns}
          sheet={sheet}
          bad={bad}
          may={view.may}
          onSave={save}
        />
      )}
      {asked === "save" && view && (
        <SaveLimits
          orders={orders(sheet.edits)}
          columns={columns}
          may={view.may}
          clinicians={view.clinicians}
          onClose={() => {
            setAsked(null);
            window.setTimeout(() => document.getElementById(LIMIT_GRID)?.focus());
          }}
        />
      )}
      {asked === "import" && view && (
        <Import may={view.may} clinicians={view.clinicians} onClose={() => setAsked(null)} />
      )}
      {asked === "new" && (
        <NewPatient
          named={named}
          onClose={() => {
            setAsked(null);
            setNamed(null);
          }}
        />
      )}
    </div>
  );
}

/** Records that wait for somebody who is not enrolled: enrol them, or try again. */
function Unknown({
  unknown,
  works,
  onEnrol,
  onRetry,
}: {
  unknown: UnknownPatient[];
  works: boolean;
  onEnrol: (one: UnknownPatient) => void;
  onRetry: () => void;
}) {
  const { t } = useWords();
  const records = unknown.reduce((sum, one) => sum + one.records, 0);
  const [one] = unknown;
  return (
    <p className={styles.unknown}>
      <span>
        {t("patients.unknown", { count: records })}{" "}
        {one &&
          (one.mrn
            ? t("patients.unknown_mrn", { mrn: one.mrn })
            : one.fhir_id && t("patients.unknown_chart", { id: one.fhir_id }))}
        {unknown.length > 1 && ` ${t("patients.unknown_more", { count: unknown.length - 1 })}`}
      </span>
      {works && one && (
        <>
          <Button size="small" onPress={() => onEnrol(one)}>
            {t("patients.enrol")}
          </Button>
          <Button size="small" tone="quiet" onPress={onRetry}>
            {t("patients.try_again")}
          </Button>
        </>
      )}
    </p>
  );
}
