// Why, on whose order, and when it is looked at again: asked wherever a limit changes.

import { useId } from "react";
import type { UserError } from "../../generated/UserError";
import { useWords } from "../../i18n/useWords";
import { TextField } from "../../parts/Field";
import styles from "./Patients.module.css";

export interface Order {
  why: string;
  ordered_by: string;
  /** YYYY-MM-DD, or empty. */
  review_on: string;
}

interface Props {
  order: Order;
  onChange: (order: Order) => void;
  /** `direct`: a clinician orders for themselves. */
  may: string;
  clinicians: string[];
  error: UserError | null;
  /** A review date is asked for too. */
  review?: boolean;
  whyRequired?: boolean;
}

export function OrderFields({ order, onChange, may, clinicians, error, review, whyRequired }: Props) {
  const { t } = useWords();
  const names = useId();
  const at = (field: string) => (error?.field === field ? error.what_happened : undefined);
  return (
    <div className={styles.order}>
      <TextField
        label={whyRequired ? t("patients.why_required") : t("patients.why")}
        value={order.why}
        onChange={(why) => onChange({ ...order, why })}
        error={at("why")}
        isRequired={whyRequired ?? false}
        placeholder={t("patients.why_example")}
      />
      {may === "ordered" && (
        <>
          <TextField
            label={t("patients.ordered_by")}
            hint={t("patients.ordered_by_hint")}
            value={order.ordered_by}
            onChange={(ordered_by) => onChange({ ...order, ordered_by })}
            error={at("ordered_by")}
            isRequired
            list={names}
          />
          <datalist id={names}>
            {clinicians.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
      {review && (
        <label className={styles.date}>
          <span>{t("patients.review_on")}</span>
          <input
            type="date"
            value={order.review_on}
            aria-invalid={at("review_on") !== undefined || undefined}
            onChange={(event) => onChange({ ...order, review_on: event.target.value })}
          />
          {at("review_on") && <em role="alert">{at("review_on")}</em>}
        </label>
      )}
    </div>
  );
}
