// Limits of one patient, on the patient's own page: a field a limit, the default where nothing is typed.

import { type FormEvent, useMemo, useState } from "react";
import type { BacktestResult } from "../../generated/BacktestResult";
import type { PatientPage } from "../../generated/PatientPage";
import type { PatientRow } from "../../generated/PatientRow";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { BackTest } from "../../parts/BackTest/BackTest";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { queries } from "../../state/queries";
import { say } from "../../state/toasts";
import { birthDate } from "../../words/time";
import { EMPTY, put, readCell, troubleOf } from "./edits";
import { type Order, OrderFields } from "./OrderFields";
import styles from "./Patients.module.css";
import { useTroubleWords } from "./words";

export function ChangeLimits({ page, onClose }: { page: PatientPage; onClose: () => void }) {
  const { t, word, language } = useWords();
  const troubleWords = useTroubleWords();
  const [texts, setTexts] = useState<Record<string, string>>({ ...(page.own as Record<string, string>) });
  const [order, setOrder] = useState<Order>({ why: "", ordered_by: "", review_on: "" });
  const [error, setError] = useState<UserError | null>(null);
  const [refused, setRefused] = useState<{ limit: string | null; why: string } | null>(null);
  const row = useMemo<PatientRow>(
    () => ({
      patient: page.patient,
      phone: null,
      status: page.personal.status_now,
      opted_out: false,
      zone_review: false,
      own: page.own as Record<string, string>,
      changes: [],
      review_on: null,
      review_due: false,
    }),
    [page],
  );
  const { edits } = put(
    EMPTY,
    page.limits.map((column) => ({
      row,
      limit: column.name,
      text: readCell(texts[column.name] ?? "", column, t("patients.default")),
    })),
  );
  const [found, setFound] = useState<BacktestResult | null>(null);
  const proposed = Object.fromEntries([...edits.values()].map(({ limit, text }) => [limit, text || null]));
  const troubled = [...edits.values()].filter((edit) => troubleOf(edit, page.limits, edits) !== null).length;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    setRefused(null);
    if (troubled > 0 || edits.size === 0) return;
    try {
      const set = [...edits.values()].map(({ limit, text }) => ({
        limit,
        was: row.own[limit] ?? null,
        to: text || null,
      }));
      const done = await call("set_limits", {
        orders: [{ mrn: page.patient.mrn, set }],
        why: order.why,
        ordered_by: order.ordered_by,
        review_on: order.review_on.trim() || null,
      });
      void queries.invalidateQueries({ queryKey: ["patients"] });
      void queries.invalidateQueries({ queryKey: ["patient"] });
      const [no] = done.refused;
      if (no) {
        setRefused(no);
        return;
      }
      say(done.said);
      onClose();
    } catch (thrown) {
      setError(asUserError(thrown));
    }
  };
  return (
    <Dialog
      title={t("patients.change_limits")}
      about={
        <>
          <b>{page.patient.name}</b>{" "}
          {page.patient.birth_date && t("list.born", { date: birthDate(page.patient.birth_date, language) })}{" "}
          · {t("list.mrn", { mrn: page.patient.mrn })}
        </>
      }
      onClose={onClose}
      wide
    >
      <form className={styles.form} noValidate onSubmit={(event) => void save(event)}>
        <div className={styles.fields}>
          {page.limits.map((column, i) => {
            const edit = [...edits.values()].find((one) => one.limit === column.name);
            const trouble = edit ? troubleOf(edit, page.limits, edits) : null;
            const no = refused?.limit === column.name ? refused.why : undefined;
            return (
              <TextField
                key={column.name}
                label={word("limit", column.name)}
                value={texts[column.name] ?? ""}
                onChange={(text) => setTexts({ ...texts, [column.name]: text })}
                error={trouble ? troubleWords(trouble) : no}
                hint={
                  edit
                    ? t("patients.was", { was: row.own[column.name] ?? t("patients.default") })
                    : column.default === null
                      ? t("patients.no_default")
                      : t("patients.default_is", { value: column.default })
                }
                placeholder={column.default ?? "–"}
                unit={column.unit}
                inputMode="decimal"
                autoFocus={i === 0}
              />
            );
          })}
        </div>
        <BackTest
          change={
            edits.size === 0 || troubled > 0
              ? null
              : { mrn: page.patient.mrn, bounds: { ...row.own, ...proposed }, stat: null, settings: {} }
          }
          onFound={setFound}
        />
        <OrderFields
          order={order}
          onChange={setOrder}
          may={page.may}
          clinicians={page.clinicians}
          error={error}
          review
          whyRequired={found?.reason_needed ?? false}
        />
        {refused && !refused.limit && (
          <p className={styles.refused} role="alert">
            {refused.why}
          </p>
        )}
        <Refused error={error} />
        <DialogFoot note={t("patients.changes", { count: edits.size })}>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit" isDisabled={edits.size === 0 || troubled > 0}>
            {t("patients.save_now")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
