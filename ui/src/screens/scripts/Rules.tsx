// The rules beside the scripts: which readings are critical by themselves, how a page is worded, how long a patient may take,
// and the night. Each line says in a sentence what it does; one save changes all that were touched, or none.

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useDeferredValue, useState } from "react";
import type { RecipeLine } from "../../generated/RecipeLine";
import type { RecipesView } from "../../generated/RecipesView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { BackTest } from "../../parts/BackTest/BackTest";
import { Button } from "../../parts/Button";
import { Check, Select, TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { Card } from "../../parts/Screen";
import { Failure, Skeleton } from "../../parts/States";
import { Shape } from "../../parts/shapes";
import { queries, useFrame } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import { useAsk } from "../door/useAsk";
import styles from "./Rules.module.css";

const WHATS = ["systolic", "diastolic", "glucose", "spo2", "heart_rate"] as const;
const DIRECTIONS = ["low", "high"] as const;
const VITALS = ["bp", "glucose", "weight", "spo2", "heart_rate"] as const;
const WORDS = ["Medium", "High", "Critical"] as const;
const SEVERITIES = ["critical", "error", "warning", "info"] as const;
const POLICIES = ["hold", "escalate"] as const;

interface Stat {
  what: string;
  direction: string;
  value: string;
}
interface Urgent {
  vital: string;
  below: string;
  above: string;
  if_symptoms: boolean;
  word: string;
}
interface Draft {
  stat_table: Stat[];
  urgency_table: Urgent[];
  pagerduty_severity_map: Record<string, string>;
  reply_wait_minutes: string;
  after_hours_policy: string;
}

/** The rules as they are typed. */
function typed(view: RecipesView): Draft {
  return {
    stat_table: view.stat_table.map(({ what, direction, value }) => ({ what, direction, value })),
    urgency_table: view.urgency_table.map(({ vital, below, above, if_symptoms, word }) => ({
      vital,
      below: below ?? "",
      above: above ?? "",
      if_symptoms,
      word,
    })),
    pagerduty_severity_map: Object.fromEntries(
      view.severity_map.map(({ word, severity }) => [word, severity]),
    ),
    reply_wait_minutes: String(view.reply_wait_minutes),
    after_hours_policy: view.after_hours_policy,
  };
}

/** What of a draft differs from the rules in force, as settings. */
function changes(draft: Draft, now: Draft): Record<string, unknown> {
  const settings: Record<string, unknown> = {
    ...draft,
    urgency_table: draft.urgency_table.map(({ below, above, ...rest }) => ({
      ...rest,
      ...(below.trim() ? { below: below.trim() } : {}),
      ...(above.trim() ? { above: above.trim() } : {}),
    })),
    reply_wait_minutes: Number(draft.reply_wait_minutes.replace(",", ".")),
  };
  const differs = (name: keyof Draft) => JSON.stringify(draft[name]) !== JSON.stringify(now[name]);
  return Object.fromEntries(Object.entries(settings).filter(([name]) => differs(name as keyof Draft)));
}

export function Rules() {
  const { t, language } = useWords();
  const now = useQuery({
    queryKey: ["recipes", "now", language],
    queryFn: () => call("recipes", { draft: {} }),
  });
  if (now.isError) return <Failure thrown={now.error} onRetry={() => void now.refetch()} />;
  if (!now.data) return <Skeleton rows={8} label={t("app.loading")} />;
  const inForce = typed(now.data);
  // A new form for new rules in force, so that nobody edits what is gone.
  return <Form key={JSON.stringify(inForce)} now={now.data} inForce={inForce} />;
}

function Form({ now, inForce }: { now: RecipesView; inForce: Draft }) {
  const { t, language } = useWords();
  const role = useFrame().data?.who.role;
  const rights = useQuery({ queryKey: ["setting_rights"], queryFn: () => call("setting_rights", {}) });
  const [draft, setDraft] = useState(inForce);
  const [why, setWhy] = useState("");
  const [orderedBy, setOrderedBy] = useState("");
  const ask = useAsk();
  const settings = changes(draft, inForce);
  const touched = Object.keys(settings);
  const asked = useDeferredValue(JSON.stringify(settings));
  const drafted = useQuery({
    queryKey: ["recipes", "draft", asked, language],
    queryFn: () => call("recipes", { draft: JSON.parse(asked) as Record<string, unknown> }),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
    enabled: asked !== "{}",
  });
  const view = asked === "{}" ? now : (drafted.data ?? now);
  const right = (name: string) => rights.data?.rights.find((one) => one.name === name);
  const may = Boolean(role && right("stat_table")?.roles.includes(role));
  const ordered = touched.some((name) => right(name)?.needs_order);
  const set = <K extends keyof Draft>(name: K, value: Draft[K]) => setDraft({ ...draft, [name]: value });
  const clinicians = rights.data?.clinicians ?? [];
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const done = await ask.ask("change_settings", { settings, why, ordered_by: orderedBy || null });
    if (!done) return;
    sayDone(done);
    void queries.invalidateQueries({ queryKey: ["recipes"] });
  };
  const stat = (at: number, change: Partial<Stat>) =>
    set(
      "stat_table",
      draft.stat_table.map((line, i) => (i === at ? { ...line, ...change } : line)),
    );
  const urgent = (at: number, change: Partial<Urgent>) =>
    set(
      "urgency_table",
      draft.urgency_table.map((line, i) => (i === at ? { ...line, ...change } : line)),
    );
  const up = (at: number) => {
    const lines = [...draft.urgency_table];
    const [line] = lines.splice(at, 1);
    if (line) lines.splice(at - 1, 0, line);
    set("urgency_table", lines);
  };
  const at = touched.map((name) => ask.at(name)).find(Boolean);
  return (
    <form className={styles.rules} noValidate onSubmit={(event) => void save(event)}>
      {!may && <p className={styles.note}>{t("rules.read_only")}</p>}
      <Card title={t("rules.stat")} words={t("rules.stat_words")}>
        <ol className={styles.lines}>
          {draft.stat_table.map((line, i) => (
            <Line key={i} said={view.stat_table[i]?.line}>
              {may && (
                <>
                  <Select
                    label={t("rules.what")}
                    hideLabel
                    size="small"
                    value={line.what}
                    onChange={(what) => stat(i, { what })}
                    options={WHATS.map((id) => ({ id: id as string, label: t(`rules.what_${id}`) }))}
                  />
                  <Select
                    label={t("rules.direction")}
                    hideLabel
                    size="small"
                    value={line.direction}
                    onChange={(direction) => stat(i, { direction })}
                    options={DIRECTIONS.map((id) => ({
                      id: id as string,
                      label: t(`rules.direction_${id}`),
                    }))}
                  />
                  <div className={styles.number}>
                    <TextField
                      label={t("rules.value")}
                      hideLabel
                      inputMode="decimal"
                      value={line.value}
                      onChange={(value) => stat(i, { value })}
                    />
                  </div>
                  <Button
                    size="small"
                    tone="quiet"
                    onPress={() =>
                      set(
                        "stat_table",
                        draft.stat_table.filter((_, other) => other !== i),
                      )
                    }
                  >
                    {t("rules.remove")}
                  </Button>
                </>
              )}
            </Line>
          ))}
        </ol>
        {may && (
          <Button
            size="small"
            onPress={() =>
              set("stat_table", [
                ...draft.stat_table,
                { what: "heart_rate", direction: "high", value: "150" },
              ])
            }
          >
            {t("rules.add")}
          </Button>
        )}
      </Card>
      <Card title={t("rules.urgency")} words={t("rules.urgency_words")}>
        <ol className={styles.lines}>
          {draft.urgency_table.map((line, i) => (
            <Line key={i} said={view.urgency_table[i]?.line}>
              {may && (
                <>
                  <Select
                    label={t("rules.vital")}
                    hideLabel
                    size="small"
                    value={line.vital}
                    onChange={(vital) => urgent(i, { vital })}
                    options={VITALS.map((id) => ({ id: id as string, label: t(`vital.${id}`) }))}
                  />
                  <div className={styles.number}>
                    <TextField
                      label={t("rules.below")}
                      hideLabel
                      placeholder={t("rules.below")}
                      inputMode="decimal"
                      value={line.below}
                      onChange={(below) => urgent(i, { below })}
                    />
                  </div>
                  <div className={styles.number}>
                    <TextField
                      label={t("rules.above")}
                      hideLabel
                      placeholder={t("rules.above")}
                      inputMode="decimal"
                      value={line.above}
                      onChange={(above) => urgent(i, { above })}
                    />
                  </div>
                  <Check isSelected={line.if_symptoms} onChange={(if_symptoms) => urgent(i, { if_symptoms })}>
                    {t("rules.symptoms")}
                  </Check>
                  <Select
                    label={t("rules.word")}
                    hideLabel
                    size="small"
                    value={line.word}
                    onChange={(word) => urgent(i, { word })}
                    options={WORDS.map((id) => ({ id: id as string, label: id }))}
                  />
                  {i > 0 && (
                    <Button size="small" tone="quiet" onPress={() => up(i)}>
                      {t("rules.up")}
                    </Button>
                  )}
                  <Button
                    size="small"
                    tone="quiet"
                    onPress={() =>
                      set(
                        "urgency_table",
                        draft.urgency_table.filter((_, other) => other !== i),
                      )
                    }
                  >
                    {t("rules.remove")}
                  </Button>
                </>
              )}
            </Line>
          ))}
        </ol>
        {may && (
          <Button
            size="small"
            onPress={() =>
              set("urgency_table", [
                { vital: "glucose", below: "", above: "300", if_symptoms: false, word: "High" },
                ...draft.urgency_table,
              ])
            }
          >
            {t("rules.add_first")}
          </Button>
        )}
      </Card>
      <Card title={t("rules.severity")}>
        <ol className={styles.lines}>
          {view.severity_map.map((line) => (
            <Line key={line.word} said={line.line}>
              {may && (
                <>
                  <b>{line.word}</b>
                  <Select
                    label={t("rules.severity_of", { word: line.word })}
                    hideLabel
                    size="small"
                    value={draft.pagerduty_severity_map[line.word] ?? line.severity}
                    onChange={(severity) =>
                      set("pagerduty_severity_map", {
                        ...draft.pagerduty_severity_map,
                        [line.word]: severity,
                      })
                    }
                    options={SEVERITIES.map((id) => ({ id: id as string, label: id }))}
                  />
                </>
              )}
            </Line>
          ))}
        </ol>
      </Card>
      <Card title={t("rules.waits")}>
        <ol className={styles.lines}>
          <Line said={view.reply_wait}>
            {may && (
              <div className={styles.number}>
                <TextField
                  label={t("rules.reply_wait")}
                  hideLabel
                  inputMode="decimal"
                  unit="min"
                  value={draft.reply_wait_minutes}
                  onChange={(minutes) => set("reply_wait_minutes", minutes)}
                />
              </div>
            )}
          </Line>
          <Line said={view.after_hours}>
            {may && (
              <Select
                label={t("rules.after_hours")}
                hideLabel
                size="small"
                value={draft.after_hours_policy}
                onChange={(policy) => set("after_hours_policy", policy)}
                options={POLICIES.map((id) => ({ id: id as string, label: t(`rules.after_hours_${id}`) }))}
              />
            )}
          </Line>
        </ol>
      </Card>
      {may && touched.length > 0 && (
        <Card title={t("rules.save_title")}>
          <div className={styles.save}>
            <ul className={styles.touched}>
              {touched.map((name) => (
                <li key={name}>{t(`rules.name_${name as keyof Draft}`)}</li>
              ))}
            </ul>
            {"stat_table" in settings && view.refused.length === 0 && (
              <BackTest
                change={{ mrn: null, bounds: {}, stat: null, settings: { stat_table: settings.stat_table } }}
              />
            )}
            {view.refused.map((refusal) => (
              <p key={refusal.setting} className={styles.fault}>
                {t(`rules.name_${refusal.setting as keyof Draft}`)}: {refusal.said}
              </p>
            ))}
            <TextField
              label={t("scripts.why")}
              hint={t("rules.why_hint")}
              value={why}
              onChange={setWhy}
              error={ask.at("why")}
            />
            {ordered &&
              (clinicians.length > 0 ? (
                <>
                  <Select
                    label={t("rules.ordered_by")}
                    value={orderedBy}
                    onChange={setOrderedBy}
                    options={clinicians.map((id) => ({ id, label: id }))}
                  />
                  {ask.at("ordered_by") && <p className={styles.fault}>{ask.at("ordered_by")}</p>}
                </>
              ) : (
                <TextField
                  label={t("rules.ordered_by")}
                  hint={t("rules.ordered_hint")}
                  value={orderedBy}
                  onChange={setOrderedBy}
                  error={ask.at("ordered_by")}
                />
              ))}
            {at && (
              <p className={styles.fault} role="alert">
                {at}
              </p>
            )}
            <Refused error={ask.error} />
            <div className={styles.buttons}>
              <Button onPress={() => setDraft(inForce)}>{t("scripts.discard")}</Button>
              <Button tone="primary" type="submit" isDisabled={ask.busy || view.refused.length > 0}>
                {t("scripts.save")}
              </Button>
            </div>
          </div>
        </Card>
      )}
    </form>
  );
}

/** A rule: what is typed, and what it means. */
function Line({ said, children }: { said: RecipeLine | undefined; children: ReactNode }) {
  return (
    <li className={styles.line}>
      {children && <div className={styles.typed}>{children}</div>}
      <p className={styles.sentence}>{said?.sentence}</p>
      {said?.fault && (
        <p className={styles.fault}>
          <Shape severity="critical" alarming size={14} /> {said.fault}
        </p>
      )}
    </li>
  );
}
