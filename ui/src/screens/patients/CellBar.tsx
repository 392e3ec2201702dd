// Under the grid: where the chosen limit comes from, what is wrong with it, and what is not saved yet.

import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import type { LimitColumn } from "../../generated/LimitColumn";
import type { PatientRow } from "../../generated/PatientRow";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { cellKey, orders, put, redo, type Sheet, troubleOf, undo } from "./edits";
import { useChangeWords } from "./History";
import styles from "./Patients.module.css";
import { changeSheet } from "./sheet";
import { useTroubleWords } from "./words";

interface Props {
  row: PatientRow | undefined;
  column: LimitColumn | undefined;
  columns: LimitColumn[];
  sheet: Sheet;
  /** So many cells are to be corrected first. */
  bad: number;
  may: string;
  onSave: () => void;
}

export function CellBar({ row, column, columns, sheet, bad, may, onSave }: Props) {
  const { t } = useWords();
  const count = sheet.edits.size;
  return (
    <footer className={styles.bar}>
      <p className={styles.said} role="status">
        {row && column ? (
          <About row={row} column={column} columns={columns} sheet={sheet} />
        ) : (
          row && <b>{row.patient.name}</b>
        )}
      </p>
      {may === "none" ? (
        <p className={styles.keys}>{t("patients.read_only")}</p>
      ) : count === 0 ? (
        <p className={styles.keys}>{t("patients.keys")}</p>
      ) : (
        <div className={styles.unsaved}>
          <p data-bad={bad > 0 || undefined}>
            {bad > 0
              ? t("patients.correct_first", { count: bad })
              : `${t("patients.changes", { count })} ${t("patients.of_patients", { count: orders(sheet.edits).length })}`}
          </p>
          <Button
            size="small"
            tone="quiet"
            iconOnly
            icon={<IconArrowBackUp size={16} aria-hidden="true" />}
            isDisabled={sheet.past.length === 0}
            onPress={() => changeSheet(undo)}
          >
            {t("patients.undo")}
          </Button>
          <Button
            size="small"
            tone="quiet"
            iconOnly
            icon={<IconArrowForwardUp size={16} aria-hidden="true" />}
            isDisabled={sheet.future.length === 0}
            onPress={() => changeSheet(redo)}
          >
            {t("patients.redo")}
          </Button>
          <Button
            size="small"
            tone="quiet"
            onPress={() =>
              changeSheet((before) =>
                put(
                  before,
                  [...before.edits.values()].map((edit) => ({
                    ...edit,
                    text: edit.row.own[edit.limit] ?? "",
                  })),
                ),
              )
            }
          >
            {t("patients.discard")}
          </Button>
          <Button size="small" tone="primary" isDisabled={bad > 0} onPress={onSave}>
            {t("patients.save")}
          </Button>
        </div>
      )}
    </footer>
  );
}

function About({
  row,
  column,
  columns,
  sheet,
}: {
  row: PatientRow;
  column: LimitColumn;
  columns: LimitColumn[];
  sheet: Sheet;
}) {
  const { t, word } = useWords();
  const changeWords = useChangeWords();
  const troubleWords = useTroubleWords();
  const edit = sheet.edits.get(cellKey(row.patient.mrn, column.name));
  const trouble = edit ? troubleOf(edit, columns, sheet.edits) : null;
  const text = edit ? edit.text : (row.own[column.name] ?? "");
  const shown =
    text !== ""
      ? `${text} ${column.unit}`
      : column.default === null
        ? t("patients.no_limit")
        : `${column.default} ${column.unit}, ${t("patients.default")}`;
  const last = row.changes.find((change) => change.limit === column.name);
  return (
    <>
      <b>
        {row.patient.name} · {word("limit", column.name)}: {shown}
      </b>{" "}
      {trouble ? <em>{troubleWords(trouble)}</em> : last ? <span>{changeWords(last)}</span> : null}
    </>
  );
}
