// Patients and limits from a CSV file: what would change, which lines cannot go in, and then the good ones.

import { IconAlertTriangle, IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import type { ImportView } from "../../generated/ImportView";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Refused } from "../../parts/Refused";
import { queries } from "../../state/queries";
import { type Order, OrderFields } from "./OrderFields";
import styles from "./Patients.module.css";

interface Props {
  may: string;
  clinicians: string[];
  onClose: () => void;
}

export function Import({ may, clinicians, onClose }: Props) {
  const { t } = useWords();
  const [file, setFile] = useState<{ name: string; text: string } | null>(null);
  const [view, setView] = useState<ImportView | null>(null);
  const [order, setOrder] = useState<Order>({ why: "", ordered_by: "", review_on: "" });
  const [error, setError] = useState<UserError | null>(null);
  const [busy, setBusy] = useState(false);
  const during = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(asUserError(thrown));
    } finally {
      setBusy(false);
    }
  };
  const choose = (chosen: FileList | null) =>
    during(async () => {
      const one = chosen?.[0];
      if (!one) return;
      const text = await one.text();
      setFile({ name: one.name, text });
      setView(null);
      setView(await call("import_preview", { text }));
    });
  const apply = () =>
    during(async () => {
      if (!file || !view) return;
      setView(
        await call("import_apply", {
          text: file.text,
          fingerprint: view.fingerprint,
          why: order.why,
          ordered_by: order.ordered_by,
        }),
      );
      void queries.invalidateQueries({ queryKey: ["patients"] });
      void queries.invalidateQueries({ queryKey: ["patient"] });
    });
  const good = view ? view.new_patients + view.changed_patients : 0;
  return (
    <Dialog
      title={t("patients.import")}
      about={file?.name ?? t("patients.import_words")}
      onClose={onClose}
      wide
    >
      <div className={styles.form}>
        {!view?.taken && (
          <div className={styles.choose}>
            <FileTrigger acceptedFileTypes={[".csv", "text/csv"]} onSelect={(files) => void choose(files)}>
              <Button icon={<IconFileImport size={16} aria-hidden="true" />} isDisabled={busy}>
                {file ? t("patients.choose_other") : t("patients.choose_file")}
              </Button>
            </FileTrigger>
            {!file && <p>{t("patients.import_columns")}</p>}
          </div>
        )}
        {view && <Seen view={view} />}
        {view && !view.taken && view.limits && (
          <OrderFields order={order} onChange={setOrder} may={may} clinicians={clinicians} error={error} />
        )}
        <Refused
          error={error && (error.field === "text" || !error.field) ? { ...error, field: null } : error}
        />
        <DialogFoot note={view && !view.taken ? t("patients.nothing_saved") : undefined}>
          {view?.taken ? (
            <Button tone="primary" onPress={onClose}>
              {t("patients.close")}
            </Button>
          ) : (
            <>
              <Button onPress={onClose}>{t("act.cancel")}</Button>
              <Button tone="primary" isDisabled={busy || good === 0} onPress={() => void apply()}>
                {t("patients.take", { count: good })}
              </Button>
            </>
          )}
        </DialogFoot>
      </div>
    </Dialog>
  );
}

function Seen({ view }: { view: ImportView }) {
  const { t, word } = useWords();
  const column = (name: string) => (name ? word("limit", name) : t("patients.whole_line"));
  return (
    <>
      <p role="status" className={styles.sum}>
        {view.taken ? <b>{view.said}</b> : null}{" "}
        {t("patients.sum", {
          rows: view.rows,
          fresh: view.new_patients,
          changed: view.changed_patients,
          same: view.unchanged,
          bad: view.bad.length,
        })}
      </p>
      {view.bad.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keys.
        <div className={styles.summary} tabIndex={0} role="region" aria-label={t("patients.bad_lines")}>
          <table className={styles.table}>
            <caption>
              <IconAlertTriangle size={14} aria-hidden="true" /> {t("patients.bad_lines")}
            </caption>
            <thead>
              <tr>
                <th>{t("patients.line")}</th>
                <th>{t("patients.column")}</th>
                <th>{t("patients.reason")}</th>
              </tr>
            </thead>
            <tbody>
              {view.bad.map((one, i) => (
                <tr key={`${one.line}${i}`}>
                  <td className={styles.figure}>{one.line}</td>
                  <td>{column(one.column)}</td>
                  <td>{one.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {view.patients.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keys.
        <div className={styles.summary} tabIndex={0} role="region" aria-label={t("patients.differences")}>
          <table className={styles.table}>
            <caption>{view.taken ? t("patients.taken") : t("patients.differences")}</caption>
            <thead>
              <tr>
                <th>{t("patients.line")}</th>
                <th>{t("patients.patient")}</th>
                <th>{t("patients.from_to")}</th>
              </tr>
            </thead>
            <tbody>
              {view.patients.map((one) => (
                <tr key={one.mrn}>
                  <td className={styles.figure}>{one.line}</td>
                  <td>
                    <b>{one.name}</b>
                    <small>
                      {t("list.mrn", { mrn: one.mrn })}
                      {one.is_new && ` · ${t("patients.is_new")}`}
                    </small>
                  </td>
                  <td>
                    {one.cells.map((cell) => (
                      <span key={cell.column} className={styles.cellDiff}>
                        {column(cell.column)}: {cell.old ?? (one.is_new ? "–" : t("patients.default"))} →{" "}
                        <b>{cell.new ?? t("patients.default")}</b>
                      </span>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {view.more > 0 && <p className={styles.more}>{t("patients.more", { count: view.more })}</p>}
        </div>
      )}
    </>
  );
}
