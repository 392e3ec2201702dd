// A patient's own stat values: beyond one a reading is critical whatever the limits say.

import { IconClockExclamation } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { OwnStatView } from "../../generated/OwnStatView";
import type { PatientPage } from "../../generated/PatientPage";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Select, TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { Card } from "../../parts/Screen";
import { Nothing } from "../../parts/States";
import { queries } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import { dayName } from "../../words/time";
import { type Order, OrderFields } from "./OrderFields";
import form from "./Patients.module.css";
import styles from "./PatientView.module.css";

const WHAT = ["systolic", "diastolic", "glucose", "spo2", "heart_rate"] as const;
type What = (typeof WHAT)[number];

export function Stats({ page }: { page: PatientPage }) {
  const { t, language } = useWords();
  const [asked, setAsked] = useState<OwnStatView | "new" | null>(null);
  const works = page.may !== "none";
  return (
    <Card
      title={t("patients.stats")}
      words={t("patients.stats_words")}
      actions={
        works && (
          <Button size="small" onPress={() => setAsked("new")}>
            {t("patients.stat_set")}
          </Button>
        )
      }
    >
      {page.stats.length === 0 && <Nothing>{t("patients.stats_none")}</Nothing>}
      <ul className={styles.stats}>
        {page.stats.map((one) => (
          <li key={`${one.what}${one.direction}`}>
            <span>
              <b>
                {t(`patients.stat_${one.what as What}`)}{" "}
                {t(one.direction === "high" ? "patients.above" : "patients.below", { value: one.value })}
              </b>
              <small>
                {one.by}: {one.reason}
              </small>
              {one.review_on && (
                <small data-due={one.review_due || undefined}>
                  {one.review_due && <IconClockExclamation size={12} aria-hidden="true" />}{" "}
                  {t("patients.review_on_words", { day: dayName(`${one.review_on}T12:00:00`, language) })}
                </small>
              )}
            </span>
            {works && (
              <Button size="small" tone="quiet" onPress={() => setAsked(one)}>
                {t("patients.stat_end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {asked && <Ask page={page} ends={asked === "new" ? null : asked} onClose={() => setAsked(null)} />}
    </Card>
  );
}

function Ask({ page, ends, onClose }: { page: PatientPage; ends: OwnStatView | null; onClose: () => void }) {
  const { t } = useWords();
  const [what, setWhat] = useState<What>((ends?.what as What | undefined) ?? "systolic");
  const [direction, setDirection] = useState<"high" | "low">(ends?.direction === "low" ? "low" : "high");
  const [value, setValue] = useState("");
  const [order, setOrder] = useState<Order>({ why: "", ordered_by: "", review_on: "" });
  const [error, setError] = useState<UserError | null>(null);
  const at = (field: string) => (error?.field === field ? error.what_happened : undefined);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (!ends && value.trim() === "") {
      return setError({ ...EMPTY_VALUE, what_happened: t("patients.stat_value_missing") });
    }
    try {
      sayDone(
        await call("set_stat", {
          mrn: page.patient.mrn,
          what,
          direction: what === "spo2" ? "low" : direction,
          value: ends ? null : value,
          why: order.why,
          ordered_by: order.ordered_by,
          review_on: order.review_on || null,
        }),
      );
      void queries.invalidateQueries({ queryKey: ["patient"] });
      onClose();
    } catch (thrown) {
      setError(asUserError(thrown));
    }
  };
  return (
    <Dialog
      title={ends ? t("patients.stat_end") : t("patients.stat_set")}
      about={
        <>
          <b>{page.patient.name}</b> {t("list.mrn", { mrn: page.patient.mrn })}
        </>
      }
      onClose={onClose}
    >
      <form className={form.form} noValidate onSubmit={(event) => void send(event)}>
        {!ends && (
          <div className={form.pairs}>
            <Select
              label={t("patients.stat_what")}
              value={what}
              onChange={setWhat}
              options={WHAT.map((id) => ({ id, label: t(`patients.stat_${id}`) }))}
            />
            {what !== "spo2" && (
              <Select
                label={t("patients.stat_direction")}
                value={direction}
                onChange={setDirection}
                options={(["high", "low"] as const).map((id) => ({
                  id,
                  label: t(`patients.direction_${id}`),
                }))}
              />
            )}
            <TextField
              label={t("patients.value")}
              value={value}
              onChange={setValue}
              error={at("value")}
              inputMode="decimal"
              autoFocus
            />
          </div>
        )}
        <OrderFields
          order={order}
          onChange={setOrder}
          may={page.may}
          clinicians={page.clinicians}
          error={error}
          review={!ends}
          whyRequired
        />
        <Refused error={error} />
        <DialogFoot>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit">
            {ends ? t("patients.stat_end") : t("patients.save_now")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

const EMPTY_VALUE: UserError = {
  code: "invalid",
  title: "",
  what_happened: "",
  what_to_do: "",
  retryable: false,
  field: "value",
};
