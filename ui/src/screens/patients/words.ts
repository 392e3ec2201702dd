import { useWords } from "../../i18n/useWords";
import type { Trouble } from "./edits";

/** What is wrong with a cell, in words. */
export function useTroubleWords() {
  const { t } = useWords();
  return (trouble: Trouble): string => {
    switch (trouble.kind) {
      case "number":
        return t("patients.trouble_number");
      case "places":
        return t("patients.trouble_places");
      case "range": {
        const said = t("patients.trouble_range", {
          least: trouble.least,
          most: trouble.most,
          unit: trouble.unit,
        });
        return trouble.converted === null
          ? said
          : `${said} ${t("patients.trouble_molar", { mg: trouble.converted })}`;
      }
      case "not_below":
        return t("patients.trouble_not_below", { low: trouble.low, high: trouble.high });
    }
  };
}
