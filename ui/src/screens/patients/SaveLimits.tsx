// Before limits are saved: what changes for whom, why, on whose order, and when it is looked at again.

import { type FormEvent, useCallback, useMemo, useState } from "react";
import type { BacktestResult } from "../../generated/BacktestResult";
import type { LimitColumn } from "../../generated/LimitColumn";
import type { LimitRefusal } from "../../generated/LimitRefusal";
import type { PatientRow } from "../../generated/PatientRow";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { BackTest } from "../../parts/BackTest/BackTest";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Select } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { queries } from "../../state/queries";
import { say } from "../../state/toasts";
import { birthDate } from "../../words/time";
import { afterSave, type Edit, rebase } from "./edits";
import { type Order, OrderFields } from "./OrderFields";
import styles from "./Patients.module.css";
import { changeSheet } from "./sheet";

interface Props {
  orders: { row: PatientRow; cells: Edit[] }[];
  columns: LimitColumn[];
  may: string;
  clinicians: string[];
  onClose: () => void;
}

export function SaveLimits({ orders, columns, may, clinicians, onClose }: Props) {
  const { t, word, language } = useWords();
  const [order, setOrder] = useState<Order>({ why: "", ordered_by: "", review_on: "" });
  const [error, setError] = useState<UserError | null>(null);
  const [refused, setRefused] = useState<LimitRefusal[]>([]);
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(orders[0]?.row.patient.mrn ?? "");
  const [reasonNeeded, setReasonNeeded] = useState(false);
  const one = orders.find(({ row }) => row.patient.mrn === tried) ?? orders[0];
  const change = useMemo(() => {
    if (!one) return null;
    const typed = Object.fromEntries(one.cells.map(({ limit, text }) => [limit, text || null]));
    const bounds = { ...(one.row.own as Record<string, string>), ...typed };
    return { mrn: one.row.patient.mrn, bounds, stat: null, settings: {} };
  }, [one]);
  const heard = useCallback(
    (found: BacktestResult | null) => setReasonNeeded((before) => before || (found?.reason_needed ?? false)),
    [],
  );
  const count = orders.reduce((sum, one) => sum + one.cells.length, 0);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const done = await call("set_limits", {
        orders: orders.map(({ row, cells }) => ({
          mrn: row.patient.mrn,
          set: cells.map(({ limit, text }) => ({ limit, was: row.own[limit] ?? null, to: text || null })),
        })),
        why: order.why,
        ordered_by: order.ordered_by,
        review_on: order.review_on.trim() || null,
      });
      changeSheet((sheet) => afterSave(sheet, new Set(done.saved)));
      await queries.invalidateQueries({ queryKey: ["patients"] });
      void queries.invalidateQueries({ queryKey: ["patient"] });
      if (done.refused.length === 0) {
        say(done.said);
        onClose();
        return;
      }
      // What stays is shown over the limits as they are now: saving again is meant.
      const fresh = queries.getQueriesData<{ rows: PatientRow[] }>({ queryKey: ["patients"] });
      changeSheet((sheet) =>
        rebase(
          sheet,
          fresh.flatMap(([, view]) => view?.rows ?? []),
        ),
      );
      setRefused(done.refused);
    } catch (thrown) {
      setError(asUserError(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("patients.save_title")}
      about={`${t("patients.changes", { count })} ${t("patients.of_patients", { count: orders.length })}`}
      onClose={onClose}
      wide
    >
      <form className={styles.form} noValidate onSubmit={(event) => void save(event)}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keys. */}
        <div className={styles.summary} tabIndex={0} role="region" aria-label={t("patients.save_title")}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th>{t("patients.patient")}</th>
                <th>{t("patients.limit")}</th>
                <th>{t("patients.from_to")}</th>
              </tr>
            </thead>
            <tbody>
              {orders.flatMap(({ row, cells }) =>
                cells.map(({ limit, text }, i) => {
                  const column = columns.find((one) => one.name === limit);
                  const no = refused.find(
                    (one) => one.mrn === row.patient.mrn && (one.limit ?? limit) === limit,
                  );
                  const or = (value: string | undefined) => value || t("patients.default");
                  return (
                    <tr key={`${row.patient.mrn}${limit}`}>
                      <td>
                        {i === 0 && (
                          <>
                            <b>{row.patient.name}</b>
                            <small>
                              {row.patient.birth_date && birthDate(row.patient.birth_date, language)} ·{" "}
                              {t("list.mrn", { mrn: row.patient.mrn })}
                            </small>
                          </>
                        )}
                      </td>
                      <td>
                        {word("limit", limit)}
                        {no && <small className={styles.no}>{no.why}</small>}
                      </td>
                      <td className={styles.figure}>
                        {or(row.own[limit])} → <b>{or(text)}</b> <i>{column?.unit}</i>
                      </td>
                    </tr>
                  );
                }),
              )}
            </tbody>
          </table>
        </div>
        {orders.length > 1 && one && (
          <Select
            label={t("patients.tried_for")}
            value={one.row.patient.mrn}
            onChange={setTried}
            options={orders.map(({ row }) => ({ id: row.patient.mrn, label: row.patient.name }))}
          />
        )}
        <BackTest change={change} onFound={heard} />
        <OrderFields
          order={order}
          onChange={setOrder}
          may={may}
          clinicians={clinicians}
          error={error}
          review
          whyRequired={reasonNeeded}
        />
        {refused.length > 0 && (
          <p className={styles.refused} role="alert">
            {t("patients.some_refused", { count: refused.length })}
          </p>
        )}
        <Refused error={error} />
        <DialogFoot>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit" isDisabled={busy || count === 0}>
            {t("patients.save_now")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
