// The field of a setting, by what is said in it. What is typed is kept as typed; `null` = it cannot be read yet.

import { useState } from "react";
import type { SettingView } from "../../generated/SettingView";
import { useWords } from "../../i18n/useWords";
import { Check, Select, TextField } from "../../parts/Field";
import { Switch } from "../../parts/Switch";
import { Filters, type Rule } from "./Filters";
import styles from "./Settings.module.css";
import {
  choiceWord,
  clock,
  hhmm,
  type Json,
  LIMITS,
  limitName,
  limitUnit,
  nameOf,
  number,
  range,
  shown,
  unitWord,
} from "./value";

/** What stands in the field: a value, or why there is none. */
export type Typed = { value: Json } | { fault: string };

interface Props {
  one: SettingView;
  value: Json;
  onTyped: (typed: Typed) => void;
  error: string | undefined;
  autoFocus?: boolean;
}

export function Editor(props: Props) {
  const { one, value, onTyped, error } = props;
  const words = useWords();
  const { t } = words;
  const label = nameOf(t, one.name);
  switch (one.kind) {
    case "on_off":
      return (
        <Switch isSelected={value === true} onChange={(on) => onTyped({ value: on })} spread>
          {label}
        </Switch>
      );
    case "choice":
      return (
        <Select
          label={label}
          value={String(value)}
          onChange={(code) => onTyped({ value: code })}
          options={one.choices.map((id) => ({ id, label: choiceWord(t, id) }))}
        />
      );
    case "some":
      return (
        <fieldset className={styles.checks}>
          <legend>{label}</legend>
          {one.choices.map((code) => (
            <Check
              key={code}
              isSelected={(value as string[]).includes(code)}
              onChange={(on) =>
                onTyped({
                  value: one.choices.filter((c) => (c === code ? on : (value as string[]).includes(c))),
                })
              }
            >
              {choiceWord(t, code)}
            </Check>
          ))}
        </fieldset>
      );
    case "number_or_off":
      return (
        <>
          <Switch isSelected={value !== null} onChange={(on) => onTyped({ value: on ? 60 : null })} spread>
            {label}
          </Switch>
          {value !== null && <Figure {...props} />}
        </>
      );
    case "number":
      return <Figure {...props} />;
    case "time":
    case "lead":
      return <Time {...props} />;
    case "words":
    case "phones":
      return <Lines {...props} />;
    case "number_each":
      return (
        <Each
          names={one.choices}
          label={(name) => choiceOrVital(words, name)}
          unit={() => unitWord(t, one.unit)}
          empty={t("settings.not_watched")}
          value={value as Record<string, Json>}
          read={(text) => number(text)}
          {...{ onTyped, error }}
        />
      );
    case "limits":
      return (
        <Each
          names={[...LIMITS]}
          label={(name) => limitName(t, name)}
          unit={limitUnit}
          empty={t("settings.no_limit")}
          value={value as Record<string, Json>}
          read={(text) => (number(text) === null ? null : text.trim().replace(",", "."))}
          {...{ onTyped, error }}
        />
      );
    case "choice_each":
      return (
        <div className={styles.grid}>
          {one.choices.map((name) => (
            <Select
              key={name}
              label={name}
              value={String((value as Record<string, Json>)[name] ?? "")}
              onChange={(word) => onTyped({ value: { ...(value as Record<string, Json>), [name]: word } })}
              options={one.words.map((id) => ({ id, label: id }))}
            />
          ))}
          {error && <p className={styles.fault}>{error}</p>}
        </div>
      );
    case "filters":
      return (
        <Filters
          rules={value as unknown as Rule[]}
          onChange={(rules) => onTyped({ value: rules as unknown as Json })}
          error={error}
        />
      );
    default:
      return (
        <TextField
          label={label}
          value={String(value ?? "")}
          onChange={(text) => onTyped({ value: text })}
          error={error}
          autoFocus={props.autoFocus ?? false}
          hint={t("settings.default_is", { value: shown(words, one, one.default) })}
        />
      );
  }
}

function choiceOrVital({ word }: ReturnType<typeof useWords>, name: string): string {
  return word("vital", name);
}

function Figure({ one, value, onTyped, error, autoFocus }: Props) {
  const words = useWords();
  const { t } = words;
  const [text, setText] = useState(String(value));
  const hint = [t("settings.default_is", { value: shown(words, one, one.default) }), range(t, one)];
  return (
    <TextField
      label={nameOf(t, one.name)}
      value={text}
      onChange={(typed) => {
        setText(typed);
        const read = number(typed);
        onTyped(read === null ? { fault: t("settings.a_number") } : { value: read });
      }}
      unit={unitWord(t, one.unit)}
      inputMode="decimal"
      error={error ?? (number(text) === null ? t("settings.a_number") : undefined)}
      autoFocus={autoFocus ?? false}
      hint={hint.filter(Boolean).join(" · ")}
    />
  );
}

function Time({ one, value, onTyped, error, autoFocus }: Props) {
  const words = useWords();
  const { t } = words;
  const [text, setText] = useState(clock(String(value)));
  const fault = t(one.kind === "lead" ? "settings.a_lead" : "settings.a_time");
  return (
    <TextField
      label={nameOf(t, one.name)}
      value={text}
      onChange={(typed) => {
        setText(typed);
        const read = hhmm(typed);
        onTyped(read === null ? { fault } : { value: read });
      }}
      inputMode="numeric"
      error={error ?? (hhmm(text) === null ? fault : undefined)}
      autoFocus={autoFocus ?? false}
      hint={t("settings.default_is", { value: shown(words, one, one.default) })}
    />
  );
}

function Lines({ one, value, onTyped, error, autoFocus }: Props) {
  const { t } = useWords();
  const [text, setText] = useState((value as string[]).join("\n"));
  return (
    <TextField
      label={nameOf(t, one.name)}
      rows={8}
      value={text}
      onChange={(typed) => {
        setText(typed);
        const lines = typed.split("\n").map((line) => line.trim());
        onTyped({ value: lines.filter((line) => line !== "") });
      }}
      error={error}
      autoFocus={autoFocus ?? false}
      hint={t("settings.one_a_line")}
    />
  );
}

/** A figure for each name; an empty field is none. */
function Each({
  names,
  label,
  unit,
  empty,
  value,
  read,
  onTyped,
  error,
}: {
  names: string[];
  label: (name: string) => string;
  unit: (name: string) => string;
  empty: string;
  value: Record<string, Json>;
  read: (text: string) => Json;
  onTyped: (typed: Typed) => void;
  error: string | undefined;
}) {
  const { t } = useWords();
  const [texts, setTexts] = useState<Record<string, string>>(() =>
    Object.fromEntries(names.map((name) => [name, value[name] === undefined ? "" : String(value[name])])),
  );
  const type = (name: string, text: string) => {
    const now = { ...texts, [name]: text };
    setTexts(now);
    const given = Object.entries(now).filter(([, typed]) => typed.trim() !== "");
    const odd = given.some(([, typed]) => read(typed) === null);
    onTyped(
      odd
        ? { fault: t("settings.a_number") }
        : { value: Object.fromEntries(given.map(([at, typed]) => [at, read(typed)])) },
    );
  };
  return (
    <>
      <div className={styles.grid}>
        {names.map((name) => (
          <TextField
            key={name}
            label={label(name)}
            value={texts[name] ?? ""}
            onChange={(text) => type(name, text)}
            unit={unit(name)}
            inputMode="decimal"
            placeholder={empty}
            error={texts[name]?.trim() && read(texts[name]) === null ? t("settings.a_number") : undefined}
          />
        ))}
      </div>
      {error && (
        <p className={styles.fault} role="alert">
          {error}
        </p>
      )}
    </>
  );
}
