// The patient's phone: the draft as a made-up patient reads it, what it costs for each, and a try on a phone of the clinic.

import { useState } from "react";
import type { ScriptsView } from "../../generated/ScriptsView";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Select, TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { Card } from "../../parts/Screen";
import { queries, useFrame } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import { useAsk } from "../door/useAsk";
import { type Tongue, useChecked } from "./Editor";
import styles from "./Scripts.module.css";

interface Props {
  name: string;
  tongue: Tongue;
  text: string;
  view: ScriptsView;
  sample: string;
  onSample: (sample: string) => void;
}

export function Preview({ name, tongue, text, view, sample, onSample }: Props) {
  const { t } = useWords();
  const checked = useChecked(name, tongue, text, sample);
  return (
    <div className={styles.side}>
      <Card title={t("scripts.preview")}>
        <Select
          label={t("scripts.preview_of")}
          value={sample}
          onChange={onSample}
          options={view.samples.map((one) => ({ id: one.name, label: `${one.patient} - ${one.label}` }))}
        />
        <div className={styles.phone}>
          <p className={styles.bubble} lang={tongue} data-testid="bubble">
            {checked.data?.body || "…"}
          </p>
        </div>
        <table className={styles.costs}>
          <caption className="visually-hidden">{t("scripts.costs")}</caption>
          <tbody>
            {checked.data?.costs.map((cost) => {
              const who = view.samples.find((one) => one.name === cost.sample);
              return (
                <tr key={cost.sample} data-chosen={cost.sample === sample || undefined}>
                  <th scope="row">{who?.patient}</th>
                  <td>{cost.encoding}</td>
                  <td>{t("scripts.segments", { count: cost.segments })}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Card>
      {view.may_change && <Try name={name} tongue={tongue} text={text} sample={sample} view={view} />}
    </div>
  );
}

function Try({ name, tongue, text, sample, view }: Omit<Props, "onSample">) {
  const { t } = useWords();
  const ask = useAsk();
  const administers = useFrame().data?.who.role === "administrator";
  const [number, setNumber] = useState(view.internal_numbers[0] ?? "");
  const send = async () => {
    const done = await ask.ask("try_script", { name, tongue, text, sample, number });
    if (done) sayDone(done);
  };
  const refusal = ask.at("number") ?? ask.at("sending") ?? ask.at("text");
  return (
    <Card title={t("scripts.test")} words={t("scripts.test_words")}>
      {administers && <AddNumber numbers={view.internal_numbers} onAdded={setNumber} />}
      {view.internal_numbers.length === 0 ? (
        !administers && <p className={styles.quiet}>{t("scripts.test_none")}</p>
      ) : (
        <div className={styles.try}>
          <Select
            label={t("scripts.test_number")}
            value={number}
            onChange={setNumber}
            options={view.internal_numbers.map((id) => ({ id, label: id }))}
          />
          <Button isDisabled={ask.busy} onPress={() => void send()}>
            {t("scripts.test_send")}
          </Button>
        </div>
      )}
      {refusal && (
        <p className={styles.refusal} role="alert">
          {refusal} {ask.error?.what_to_do}
        </p>
      )}
      <Refused error={ask.error} />
    </Card>
  );
}

/** Another phone of the clinic. */
function AddNumber({ numbers, onAdded }: { numbers: string[]; onAdded: (number: string) => void }) {
  const { t } = useWords();
  const ask = useAsk();
  const [number, setNumber] = useState("");
  const add = async () => {
    const internal_numbers = [...numbers, number.trim()];
    const done = await ask.ask("change_settings", {
      settings: { internal_numbers },
      why: "",
      ordered_by: null,
    });
    if (!done) return;
    onAdded(number.trim());
    setNumber("");
    void queries.invalidateQueries({ queryKey: ["scripts"] });
  };
  return (
    <div className={styles.try}>
      <TextField
        label={t("scripts.test_add_label")}
        placeholder="+12025550100"
        type="tel"
        value={number}
        onChange={setNumber}
        error={ask.at("internal_numbers")}
      />
      <Button size="small" isDisabled={ask.busy || number.trim() === ""} onPress={() => void add()}>
        {t("scripts.test_add")}
      </Button>
    </div>
  );
}
