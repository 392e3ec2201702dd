// Settings as a file: written, held against what is in force, and taken over where a person chooses.

import { useState } from "react";
import type { SettingDifference } from "../../generated/SettingDifference";
import type { SettingRight } from "../../generated/SettingRight";
import type { SettingsDiff } from "../../generated/SettingsDiff";
import type { SettingView } from "../../generated/SettingView";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Check, TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { Card } from "../../parts/Screen";
import { Nothing } from "../../parts/States";
import { Age } from "../../parts/Times";
import { sayDone, sayError } from "../../state/toasts";
import { useAsk } from "../door/useAsk";
import type { Before } from "./Settings";
import styles from "./Settings.module.css";
import { limitName, nameOf, parsed, shown } from "./value";

export function FileCompare({
  all,
  rights,
  administers,
  onTaken,
}: {
  all: SettingView[];
  rights: SettingRight[];
  administers: boolean;
  onTaken: (changed: Before[]) => void;
}) {
  const { t } = useWords();
  const ask = useAsk();
  const [text, setText] = useState("");
  const [diff, setDiff] = useState<SettingsDiff | null>(null);
  if (!administers) return <Nothing>{t("settings.only_administrators")}</Nothing>;
  const compare = async (file: string) => {
    setText(file);
    setDiff(await ask.ask("settings_diff", { text: file }));
  };
  const write = async () => {
    try {
      const file = await call("settings_export", {});
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([file.text], { type: "application/json" }));
      link.download = file.name;
      link.click();
      URL.revokeObjectURL(link.href);
      const left_out = file.left_out.map((name) => nameOf(t, name)).join(", ");
      sayDone({ said: t("settings.file_exported", { name: file.name, left_out }), undo: null });
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
  };
  return (
    <>
      <Card title={t("settings.group_file")} words={t("settings.words_file")}>
        <div className={styles.pick}>
          <Button onPress={() => void write()}>{t("settings.file_export")}</Button>
          <span className={styles.quiet}>{t("settings.file_export_words")}</span>
        </div>
      </Card>
      <Card title={t("settings.file_compare_title")}>
        <div className={styles.pick}>
          <label>
            {t("settings.file_choose")}{" "}
            <input
              type="file"
              accept=".json,application/json"
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file) void file.text().then(compare);
              }}
            />
          </label>
        </div>
        <TextField
          label={t("settings.file_paste")}
          rows={4}
          mono
          value={text}
          onChange={setText}
          error={ask.at("text")}
        />
        <div className={styles.pick}>
          <Button isDisabled={text.trim() === "" || ask.busy} onPress={() => void compare(text)}>
            {t("settings.file_compare")}
          </Button>
        </div>
        <Refused error={ask.error} />
        {diff && (
          <Differences
            key={JSON.stringify(diff)}
            diff={diff}
            all={all}
            rights={rights}
            onTaken={(changed) => {
              onTaken(changed);
              void compare(text);
            }}
          />
        )}
      </Card>
    </>
  );
}

function Differences({
  diff,
  all,
  rights,
  onTaken,
}: {
  diff: SettingsDiff;
  all: SettingView[];
  rights: SettingRight[];
  onTaken: (changed: Before[]) => void;
}) {
  const { t } = useWords();
  const ask = useAsk();
  const possible = diff.differences.filter((one) => one.refused === null);
  const [chosen, setChosen] = useState<string[]>([]);
  const [why, setWhy] = useState("");
  const [orderedBy, setOrderedBy] = useState("");
  const needsOrder = rights.some((right) => right.needs_order && chosen.includes(right.name));
  const needsWhy = rights.some((right) => right.needs_why && chosen.includes(right.name));
  if (diff.differences.length === 0)
    return <Nothing>{t("settings.file_same", { count: diff.same })}</Nothing>;
  const choose = (name: string, on: boolean) =>
    setChosen((known) => (on ? [...known, name] : known.filter((other) => other !== name)));
  const take = async () => {
    const taken = possible.filter((one) => chosen.includes(one.name));
    const settings = Object.fromEntries(taken.map((one) => [one.name, parsed(one.file)]));
    if (await ask.ask("change_settings", { settings, why, ordered_by: orderedBy || null })) {
      sayDone({ said: t("settings.file_taken", { count: taken.length }), undo: null });
      onTaken(taken.map((one) => ({ name: one.name, was: one.now ?? "null" })));
    }
  };
  return (
    <>
      <p className={styles.lead}>
        {t("settings.file_differs", { count: diff.differences.length, same: diff.same })}{" "}
        {diff.made_by && diff.made_at && (
          <span className={styles.quiet}>
            {t("settings.file_from", { who: diff.made_by, desk: diff.workspace ?? "" })} ·{" "}
            <Age at={diff.made_at} />
          </span>
        )}
      </p>
      <table className={styles.diff}>
        <thead>
          <tr>
            <th scope="col">
              <Check
                isSelected={possible.length > 0 && chosen.length === possible.length}
                onChange={(on) => setChosen(on ? possible.map((one) => one.name) : [])}
              >
                {t("settings.file_all")}
              </Check>
            </th>
            <th scope="col">{t("settings.file_now")}</th>
            <th scope="col">{t("settings.file_file")}</th>
          </tr>
        </thead>
        <tbody>
          {diff.differences.map((one) => (
            <Difference
              key={one.name}
              one={one}
              setting={all.find((setting) => setting.name === one.name)}
              isChosen={chosen.includes(one.name)}
              onChoose={(on) => choose(one.name, on)}
              error={ask.at(one.name)}
            />
          ))}
        </tbody>
      </table>
      {needsOrder && (
        <TextField
          label={t("settings.ordered_by")}
          hint={t("settings.ordered_hint")}
          value={orderedBy}
          onChange={setOrderedBy}
          error={ask.at("ordered_by")}
        />
      )}
      {needsWhy && (
        <TextField
          label={t("settings.why")}
          hint={t("settings.why_hint")}
          value={why}
          onChange={setWhy}
          error={ask.at("why")}
        />
      )}
      <Refused error={ask.error} />
      <div className={styles.pick}>
        <Button tone="primary" isDisabled={chosen.length === 0 || ask.busy} onPress={() => void take()}>
          {chosen.length === 0
            ? t("settings.file_take")
            : t("settings.file_take_n", { count: chosen.length })}
        </Button>
        {chosen.length === 0 && <span className={styles.quiet}>{t("settings.file_choose_some")}</span>}
      </div>
    </>
  );
}

function Difference({
  one,
  setting,
  isChosen,
  onChoose,
  error,
}: {
  one: SettingDifference;
  setting: SettingView | undefined;
  isChosen: boolean;
  onChoose: (on: boolean) => void;
  error: string | undefined;
}) {
  const words = useWords();
  const { t } = words;
  const name = nameOf(t, one.name);
  // A value that the engine refuses may have any shape: it is shown as it stands in the file.
  const say = (text: string | null) =>
    text === null
      ? t("settings.file_not_there")
      : setting && one.refused === null
        ? shown(words, setting, text)
        : text;
  const part = (text: string | null) => text ?? t("settings.file_not_there");
  return (
    <tr data-refused={one.refused !== null || undefined}>
      <th scope="row">
        {one.refused === null ? (
          <Check isSelected={isChosen} onChange={onChoose}>
            <b>{name}</b>
          </Check>
        ) : (
          <>
            <b>{name}</b>
            <p className={styles.fault}>{t("settings.file_refused", { why: one.refused })}</p>
          </>
        )}
        {error && <p className={styles.fault}>{error}</p>}
      </th>
      {one.parts.length > 0 && one.refused === null ? (
        <td colSpan={2}>
          <span className={styles.parts}>
            {one.parts.map((entry) => (
              <span key={`${entry.what} ${entry.now} ${entry.file}`}>
                {entry.what && `${limitName(t, entry.what)}: `}
                <del>{part(entry.now)}</del> → {part(entry.file)}
              </span>
            ))}
          </span>
        </td>
      ) : (
        <>
          <td>{say(one.now)}</td>
          <td>{say(one.file)}</td>
        </>
      )}
    </tr>
  );
}
