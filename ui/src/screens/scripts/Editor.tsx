// One script: its words in each language, what there is to say about them, what they cost, and saving them.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useRef, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import type { ScriptsView } from "../../generated/ScriptsView";
import type { ScriptView } from "../../generated/ScriptView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Check, TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { Card } from "../../parts/Screen";
import { Failure, Skeleton } from "../../parts/States";
import { queries } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import { useAsk } from "../door/useAsk";
import { Meter } from "./Meter";
import { Preview } from "./Preview";
import { Problems } from "./Problems";
import styles from "./Scripts.module.css";
import { Versions } from "./Versions";

export const TONGUES = ["en", "es"] as const;
export type Tongue = (typeof TONGUES)[number];

/** The list, the script and its versions are asked again. */
export function scriptsChanged(): void {
  for (const key of ["scripts", "script", "check_script"])
    void queries.invalidateQueries({ queryKey: [key] });
}

export function Editor({ name, view }: { name: string; view: ScriptsView }) {
  const { t, language } = useWords();
  const script = useQuery({
    queryKey: ["script", name, language],
    queryFn: () => call("script", { name }),
  });
  const [tongue, setTongue] = useState<Tongue>(language);
  const [drafts, setDrafts] = useState<Partial<Record<Tongue, string>>>({});
  const [sample, setSample] = useState(view.samples[0]?.name ?? "");
  if (script.isError) return <Failure thrown={script.error} onRetry={() => void script.refetch()} />;
  if (!script.data) return <Skeleton rows={6} label={t("app.loading")} />;
  const stored = textOf(script.data, tongue);
  const text = drafts[tongue] ?? stored;
  const row = view.scripts.find((one) => one.name === name);
  return (
    <>
      <div className={styles.middle}>
        <header className={styles.what}>
          <h2>{script.data.title}</h2>
          <p>{script.data.when}</p>
        </header>
        <ToggleButtonGroup
          className={styles.tongues!}
          aria-label={t("scripts.tongue")}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[tongue]}
          onSelectionChange={(keys) => setTongue([...keys][0] as Tongue)}
        >
          {TONGUES.map((one) => {
            const state = row?.texts.find((other) => other.tongue === one);
            const unsaved = drafts[one] !== undefined && drafts[one] !== textOf(script.data, one);
            return (
              <ToggleButton key={one} id={one} className={styles.tongue!}>
                {t(`scripts.tongue_${one}`)}
                <small>
                  {state?.missing ? t("scripts.missing") : t(state?.own ? "scripts.own" : "scripts.builtin")}
                  {unsaved && " *"}
                </small>
              </ToggleButton>
            );
          })}
        </ToggleButtonGroup>
        <Draft
          key={tongue}
          script={script.data}
          tongue={tongue}
          text={text}
          stored={stored}
          sample={sample}
          mayChange={view.may_change}
          onChange={(draft) => setDrafts({ ...drafts, [tongue]: draft })}
          onDone={() => {
            setDrafts({ ...drafts, [tongue]: undefined });
            scriptsChanged();
          }}
        />
        <Versions script={script.data} tongue={tongue} draft={text} mayChange={view.may_change} />
      </div>
      <Preview name={name} tongue={tongue} text={text} view={view} sample={sample} onSample={setSample} />
    </>
  );
}

function textOf(script: ScriptView, tongue: Tongue): string {
  const text = script.texts.find((one) => one.tongue === tongue);
  return text?.own ?? text?.builtin ?? "";
}

/** A draft looked at by the engine, a moment after it was typed. */
export function useChecked(name: string, tongue: Tongue, text: string, sample: string) {
  const { language } = useWords();
  const asked = useDeferredValue(text);
  return useQuery({
    queryKey: ["check_script", name, tongue, asked, sample, language],
    queryFn: () => call("check_script", { name, tongue, text: asked, sample }),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  });
}

interface DraftProps {
  script: ScriptView;
  tongue: Tongue;
  text: string;
  stored: string;
  sample: string;
  mayChange: boolean;
  onChange: (text: string) => void;
  onDone: () => void;
}

function Draft({ script, tongue, text, stored, sample, mayChange, onChange, onDone }: DraftProps) {
  const { t } = useWords();
  const ask = useAsk();
  const box = useRef<HTMLDivElement>(null);
  const [why, setWhy] = useState("");
  const [despite, setDespite] = useState(false);
  const checked = useChecked(script.name, tongue, text, sample);
  const problems = checked.data?.problems ?? [];
  const stops = problems.some((problem) => problem.level === "stop");
  const warns = problems.some((problem) => problem.level === "warn");
  const changed = text !== stored;
  const area = () => box.current?.querySelector("textarea") ?? null;
  const select = (from: number, to: number) => {
    // After the words are on screen: React puts the caret at the end of a changed text.
    requestAnimationFrame(() => {
      const field = area();
      field?.focus();
      field?.setSelectionRange(from, to);
    });
  };
  const insert = (name: string) => {
    const field = area();
    const [from, to] = [field?.selectionStart ?? text.length, field?.selectionEnd ?? text.length];
    onChange(`${text.slice(0, from)}{${name}}${text.slice(to)}`);
    select(from + name.length + 2, from + name.length + 2);
  };
  const save = async () => {
    const own = script.texts.find((one) => one.tongue === tongue)?.own ?? null;
    const done = await ask.ask("save_script", { name: script.name, tongue, text, why, was: own, despite });
    if (!done) return;
    sayDone(done);
    setWhy("");
    setDespite(false);
    onDone();
  };
  return (
    <Card>
      <div ref={box} className={styles.draft} data-testid="draft">
        <TextField
          label={t(`scripts.text_${tongue}`)}
          value={text}
          onChange={onChange}
          rows={4}
          isReadOnly={!mayChange}
          error={ask.at("text")}
        />
      </div>
      {mayChange && (
        <fieldset className={styles.chips}>
          <legend className="visually-hidden">{t("scripts.insert")}</legend>
          {script.variables.map((variable) => (
            <button
              key={variable.name}
              type="button"
              className={styles.chip}
              aria-label={t("scripts.insert_one", { name: variable.name, label: variable.label })}
              onClick={() => insert(variable.name)}
            >
              <code>{`{${variable.name}}`}</code> {variable.label}
            </button>
          ))}
        </fieldset>
      )}
      {checked.data && <Meter cost={checked.data.cost} />}
      <Problems
        problems={problems}
        text={text}
        mayChange={mayChange}
        onShow={select}
        onReplace={(next, from, to) => {
          onChange(next);
          select(from, to);
        }}
      />
      {!mayChange && <p className={styles.quiet}>{t("scripts.read_only")}</p>}
      {mayChange && !changed && <p className={styles.quiet}>{t("scripts.unchanged")}</p>}
      {mayChange && changed && (
        <form
          className={styles.save}
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <TextField
            label={t("scripts.why")}
            hint={t("scripts.why_hint")}
            value={why}
            onChange={setWhy}
            error={ask.at("why")}
          />
          {warns && !stops && (
            <Check isSelected={despite} onChange={setDespite}>
              {t("scripts.despite")}
            </Check>
          )}
          {ask.at("despite") && <p className={styles.refusal}>{ask.at("despite")}</p>}
          <Refused error={ask.error} />
          <div className={styles.buttons}>
            <Button onPress={() => onChange(stored)}>{t("scripts.discard")}</Button>
            <Button tone="primary" type="submit" isDisabled={ask.busy || stops}>
              {t("scripts.save")}
            </Button>
          </div>
        </form>
      )}
    </Card>
  );
}
