import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Select } from "../../parts/Field";
import { Card } from "../../parts/Screen";
import { Age } from "../../parts/Times";
import { queries } from "../../state/queries";
import { sayError } from "../../state/toasts";
import styles from "./Audit.module.css";

const WHAT = ["audit", "episodes", "messages", "minutes", "agreement"] as const;
type What = (typeof WHAT)[number];

/** CSV files of the span that is asked for, written beside the database; how far each one is. */
export function Exports({ from, to }: { from: string | null; to: string | null }) {
  const { t, language } = useWords();
  const [what, setWhat] = useState<What>("audit");
  const exports = useQuery({
    queryKey: ["exports"],
    queryFn: () => call("exports", {}),
    refetchInterval: ({ state }) =>
      state.data?.exports.some((one) => one.state === "writing") ? 400 : false,
  });
  const make = async () => {
    try {
      await call("export", { what, from, to });
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    void queries.invalidateQueries({ queryKey: ["exports"] });
  };
  const size = (bytes: number) =>
    new Intl.NumberFormat(language === "es" ? "es-US" : "en-US", {
      style: "unit",
      unit: bytes < 1_000_000 ? "kilobyte" : "megabyte",
      maximumFractionDigits: 1,
    }).format(bytes / (bytes < 1_000_000 ? 1_000 : 1_000_000));
  return (
    <Card title={t("audit.export")} words={t("audit.export_words")}>
      <div className={styles.make}>
        <Select
          label={t("audit.what")}
          value={what}
          onChange={setWhat}
          options={WHAT.map((id) => ({ id, label: t(`audit.what_${id}`) }))}
        />
        <Button onPress={() => void make()}>{t("audit.write")}</Button>
      </div>
      <ul className={styles.exports}>
        {exports.data?.exports.map((one) => {
          const state = one.state as "writing" | "done" | "failed";
          return (
            <li key={`${one.path}`} data-state={state}>
              <b>
                {t(`audit.what_${one.what as What | "evidence"}`)} · {t(`audit.${state}`)} · {size(one.bytes)}
              </b>
              <span>
                <Age at={one.at} /> · {one.by}
              </span>
              <code>{one.why ?? one.path}</code>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
