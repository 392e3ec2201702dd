// Rules for visits nobody is texted about, each also said in a sentence.

import { IconPlus } from "@tabler/icons-react";
import { useWords, type WordsInUse } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Select, TextField } from "../../parts/Field";
import { Nothing } from "../../parts/States";
import styles from "./Settings.module.css";

export interface Rule {
  name: string;
  location?: string;
  provider?: string;
  event_type?: string;
  service_line?: string;
}

const EVENTS = ["BOOKED", "RESCHEDULED", "MODIFIED", "CONFIRMED", "CANCELED", "NOSHOWED"] as const;

function eventWord(t: WordsInUse["t"], code: string): string {
  const known = EVENTS.find((event) => event === code);
  return known ? t(`settings.filter_event_${known}`) : code;
}

/** What a rule does, in a sentence. */
export function sentence(t: WordsInUse["t"], rule: Rule): string {
  const parts = [
    rule.location?.trim() && t("settings.filter_at", { place: rule.location }),
    rule.provider?.trim() && t("settings.filter_with", { provider: rule.provider }),
    rule.service_line?.trim() && t("settings.filter_of", { service: rule.service_line }),
  ];
  const what = parts.filter(Boolean).join("");
  if (!what && !rule.event_type) return t("settings.filter_nothing");
  return rule.event_type
    ? t("settings.filter_says_event", { event: eventWord(t, rule.event_type), what })
    : t("settings.filter_says", { what: t("settings.filter_says_visits", { what }) });
}

export function Filters({
  rules,
  onChange,
  error,
}: {
  rules: Rule[];
  onChange: (rules: Rule[]) => void;
  error: string | undefined;
}) {
  const { t } = useWords();
  const change = (at: number, part: Partial<Rule>) => {
    onChange(
      rules.map((rule, n) => {
        if (n !== at) return rule;
        // What is empty is not named: the rule fits anything there.
        const whole = Object.entries({ ...rule, ...part }).filter(
          ([key, word]) => key === "name" || word !== "",
        );
        return Object.fromEntries(whole) as unknown as Rule;
      }),
    );
  };
  return (
    <div className={styles.form}>
      <p className={styles.lead}>{t("settings.filter_hint")}</p>
      {rules.length === 0 && <Nothing>{t("settings.filter_none")}</Nothing>}
      {rules.map((rule, at) => (
        <section key={at} className={styles.rule} aria-label={t("settings.filter_rule", { n: at + 1 })}>
          <header>
            <b>{t("settings.filter_rule", { n: at + 1 })}</b>
            <Button size="small" tone="quiet" onPress={() => onChange(rules.filter((_, n) => n !== at))}>
              {t("settings.filter_remove")}
            </Button>
          </header>
          <TextField
            label={t("settings.filter_name")}
            value={rule.name}
            onChange={(name) => change(at, { name })}
            autoFocus={rule.name === ""}
          />
          <div className={styles.grid}>
            <TextField
              label={t("settings.filter_location")}
              value={rule.location ?? ""}
              onChange={(location) => change(at, { location })}
              placeholder={t("settings.filter_any")}
            />
            <TextField
              label={t("settings.filter_provider")}
              value={rule.provider ?? ""}
              onChange={(provider) => change(at, { provider })}
              placeholder={t("settings.filter_any")}
            />
            <TextField
              label={t("settings.filter_service")}
              value={rule.service_line ?? ""}
              onChange={(service_line) => change(at, { service_line })}
              placeholder={t("settings.filter_any")}
            />
            <Select
              label={t("settings.filter_event")}
              value={rule.event_type ?? "any"}
              onChange={(event) => change(at, { event_type: event === "any" ? "" : event })}
              options={[
                { id: "any", label: t("settings.filter_all_events") },
                ...EVENTS.map((id) => ({ id, label: eventWord(t, id) })),
              ]}
            />
          </div>
          <p className={styles.says}>{sentence(t, rule)}</p>
        </section>
      ))}
      <p>
        <Button
          icon={<IconPlus size={16} aria-hidden="true" />}
          onPress={() => onChange([...rules, { name: "" }])}
        >
          {t("settings.filter_add")}
        </Button>
      </p>
      {error && (
        <p className={styles.fault} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
