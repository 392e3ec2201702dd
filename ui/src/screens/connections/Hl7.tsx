// How the site's HL7 messages are read: the map by its entries, and a pasted message read by it as it is typed.

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import type { Hl7MapField } from "../../generated/Hl7MapField";
import type { Hl7PreviewView } from "../../generated/Hl7PreviewView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { queries } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import { useAsk } from "../door/useAsk";
import styles from "./Hl7.module.css";

type EntryName = keyof typeof import("../../i18n/en/connections").con.hl7_entry;
type ValueName = keyof typeof import("../../i18n/en/connections").con.hl7_value;

/** The preview follows the typing after so long. */
const PAUSE_MS = 250;

export function Hl7() {
  const { t } = useWords();
  const [message, setMessage] = useState("");
  const map = useQuery({ queryKey: ["hl7_map"], queryFn: () => call("hl7_map", {}) });
  if (map.isError) return <Failure thrown={map.error} onRetry={() => void map.refetch()} />;
  if (!map.data) return <Skeleton rows={4} label={t("app.loading")} />;
  return (
    <Editor key={map.dataUpdatedAt} fields={map.data.fields} message={message} setMessage={setMessage} />
  );
}

interface EditorProps {
  fields: Hl7MapField[];
  message: string;
  setMessage: (message: string) => void;
}

function Editor({ fields, message, setMessage }: EditorProps) {
  const { t } = useWords();
  const ask = useAsk();
  const [typed, setTyped] = useState(() => new Map(fields.map((field) => [field.name, field.value])));
  const entries = fields.map(({ name }) => ({ name, value: typed.get(name) ?? "" }));
  const later = useLater(JSON.stringify({ fields: entries, message }), PAUSE_MS);
  const preview = useQuery({
    queryKey: ["hl7_preview", later],
    queryFn: () => call("hl7_preview", JSON.parse(later)),
    placeholderData: (before) => before,
    gcTime: 0,
  });
  const changed = fields.some((field) => typed.get(field.name) !== field.value);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const done = await ask.ask("hl7_map_save", { fields: entries });
    if (!done) return;
    sayDone(done);
    await queries.invalidateQueries({ queryKey: ["hl7_map"] });
  };
  const wrong = (name: string) =>
    ask.at(name) ?? (preview.data?.map?.field === name ? preview.data.map.said : undefined);
  return (
    <div className={styles.columns}>
      <form className={styles.map} onSubmit={(event) => void send(event)}>
        {fields.map((field) => (
          <TextField
            key={field.name}
            label={t(`con.hl7_entry.${field.name as EntryName}`)}
            hint={t("con.hl7_standard", { standard: shown(field.standard) })}
            value={typed.get(field.name) ?? ""}
            onChange={(value) => {
              ask.forget();
              setTyped(new Map(typed).set(field.name, value));
            }}
            error={wrong(field.name)}
            mono
            {...(field.kind === "pairs" ? { rows: 2, placeholder: t("con.hl7_pairs") } : {})}
          />
        ))}
        {ask.error && !ask.error.field && (
          <p className={styles.trouble} role="alert">
            <b>{ask.error.what_happened}</b> {ask.error.what_to_do}
          </p>
        )}
        <div className={styles.foot}>
          <Button tone="primary" type="submit" isDisabled={!changed || ask.busy}>
            {t("con.hl7_save")}
          </Button>
        </div>
      </form>
      <div className={styles.side}>
        <TextField
          label={t("con.hl7_paste")}
          hint={t("con.hl7_paste_hint")}
          value={message}
          onChange={setMessage}
          rows={8}
          mono
        />
        <section aria-label={t("con.hl7_becomes")} aria-live="polite">
          {preview.isError && <Failure thrown={preview.error} />}
          {preview.data && <Becomes seen={preview.data} />}
        </section>
      </div>
    </div>
  );
}

/** An empty list of the standard's is a dash; the lines of a longer one are put in a row. */
function shown(standard: string): string {
  return standard === "" || standard === "-" ? "–" : standard.replaceAll("\n", ", ");
}

function useLater(value: string, pause: number): string {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setLater(value), pause);
    return () => window.clearTimeout(timer);
  }, [value, pause]);
  return later;
}

function Becomes({ seen }: { seen: Hl7PreviewView }) {
  const { t } = useWords();
  if (seen.map) return <p className={styles.trouble}>{t("con.hl7_map_wrong")}</p>;
  if (seen.refused)
    return (
      <div className={styles.trouble}>
        <p>
          <b>{t("con.hl7_refused", { answer: seen.answer ?? "" })}</b>
        </p>
        <p>
          <code>{seen.refused.field}</code> {seen.refused.said}
        </p>
      </div>
    );
  if (seen.values.length === 0) return <Nothing>{t("con.hl7_nothing")}</Nothing>;
  return (
    <>
      {seen.conflict && (
        <div className={styles.trouble}>
          <p>
            <b>{t("con.hl7_conflict")}</b>
          </p>
          <p>
            <code>{seen.conflict}</code>
          </p>
        </div>
      )}
      {seen.phone_problem && <p className={styles.trouble}>{seen.phone_problem}</p>}
      {seen.test && <p className={styles.trouble}>{t("con.hl7_test")}</p>}
      <table className={styles.values}>
        <thead>
          <tr>
            <th scope="col">{t("con.hl7_field")}</th>
            <th scope="col">{t("con.hl7_reads")}</th>
            <th scope="col">{t("con.hl7_from")}</th>
          </tr>
        </thead>
        <tbody>
          {seen.values.map((value) => (
            <tr key={value.name} data-none={value.value === "" || undefined}>
              <th scope="row">{t(`con.hl7_value.${value.name as ValueName}`)}</th>
              <td>{value.value || t("con.hl7_none")}</td>
              <td>
                <code>{value.place ?? "–"}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
