// How a setting's value is read, typed and checked; the engine stays the authority.

import type { SettingView } from "../../generated/SettingView";
import type { WordsInUse } from "../../i18n/useWords";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Words = Pick<WordsInUse, "t" | "language">;

export function parsed(text: string): Json {
  return JSON.parse(text) as Json;
}

/** HHMM as a clock shows it. */
export function clock(hhmm: string): string {
  return `${hhmm.slice(0, 2)}:${hhmm.slice(2)}`;
}

/** "21:00", "2100" or "8:00" as HHMM; none if it is none of them. */
export function hhmm(text: string): string | null {
  const found = /^(\d{1,2}):?(\d{2})$/.exec(text.trim());
  if (!found || Number(found[2]) > 59 || Number(found[1]) > 99) return null;
  return `${found[1]?.padStart(2, "0")}${found[2]}`;
}

/** A number as it was typed, with a point or a comma. */
export function number(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

/** The word for a choice; one without a word is shown as it is. */
export function choiceWord(t: WordsInUse["t"], code: string): string {
  const key = `choice.${code}`;
  const said = (t as unknown as (key: string) => string)(key);
  return said === key ? code : said;
}

export function nameOf(t: WordsInUse["t"], name: string): string {
  const key = `setting.${name}`;
  const said = (t as unknown as (key: string) => string)(key);
  return said === key ? name.replaceAll("_", " ") : said;
}

export function whatOf(t: WordsInUse["t"], name: string): string {
  const key = `setting_what.${name}`;
  const said = (t as unknown as (key: string) => string)(key);
  return said === key ? "" : said;
}

export function unitWord(t: WordsInUse["t"], unit: string): string {
  const keys: Record<string, string> = { "/s": "per_s", "/min": "per_min" };
  if (unit === "%") return unit;
  return unit ? (t as unknown as (key: string) => string)(`settings.unit_${keys[unit] ?? unit}`) : "";
}

/** What is allowed, in words; empty where anything is. */
export function range(t: WordsInUse["t"], one: SettingView): string {
  if (one.at_least === null) return "";
  const figure = (n: number) => `${n} ${unitWord(t, one.unit)}`.trim();
  const low = t(one.above ? "settings.range_more" : "settings.range_from", { low: figure(one.at_least) });
  return one.at_most === null ? low : `${low}, ${t("settings.range_upto", { high: figure(one.at_most) })}`;
}

/** A value in a few words. */
export function shown({ t, language }: Words, one: SettingView, text: string): string {
  const value = parsed(text);
  const figure = (n: number) => n.toLocaleString(language === "es" ? "es-US" : "en-US");
  if (one.is_secret && value === null) return t("settings.is_set");
  switch (one.kind) {
    case "number":
      return `${figure(Number(value))} ${unitWord(t, one.unit)}`.trim();
    case "number_or_off":
      return value === null ? t("settings.off") : `${figure(Number(value))} ${unitWord(t, one.unit)}`;
    case "time":
      return clock(String(value));
    case "lead":
      return value === "0000" ? t("settings.off") : t("settings.before", { time: clock(String(value)) });
    case "on_off":
      return t(value ? "settings.on" : "settings.off");
    case "choice":
      return choiceWord(t, String(value));
    case "some":
      return (value as string[]).map((code) => choiceWord(t, code)).join(", ") || t("settings.empty");
    case "phones":
      return (value as string[]).join(", ") || t("settings.empty");
    case "words":
      return short(value as string[]) || t("settings.empty");
    case "filters":
      return short((value as { name: string }[]).map((rule) => rule.name)) || t("settings.empty");
    case "number_each":
    case "choice_each":
      return (
        Object.entries(value as Record<string, Json>)
          .map(([name, given]) => `${name} ${String(given)}`)
          .join(", ") || t("settings.empty")
      );
    case "limits":
      return Object.entries(value as Record<string, Json>)
        .map(([name, given]) => `${limitName(t, name)} ${String(given)}`)
        .join(" · ");
    case "word":
      return String(value) || t("settings.empty");
    default: {
      if (typeof value === "string") return choiceWord(t, value);
      const count = Array.isArray(value) ? value.length : Object.keys(value ?? {}).length;
      return count ? t("settings.entries", { count }) : t("settings.empty");
    }
  }
}

function short(words: string[]): string {
  return words.length > 4 ? `${words.slice(0, 4).join(", ")} … (${words.length})` : words.join(", ");
}

export const LIMITS = [
  "systolic_high",
  "systolic_low",
  "diastolic_high",
  "diastolic_low",
  "glucose_high",
  "glucose_low",
  "weight_gain_24h_lb",
  "weight_gain_7d_lb",
  "spo2_floor",
  "heart_rate_high",
  "heart_rate_low",
] as const;

export function limitName(t: WordsInUse["t"], name: string): string {
  const known = LIMITS.find((one) => one === name);
  return known ? t(`settings.limit_${known}`) : name;
}

export function limitUnit(name: string): string {
  if (name.includes("lb")) return "lb";
  if (name.startsWith("glucose")) return "mg/dL";
  if (name.startsWith("spo2")) return "%";
  return name.startsWith("heart") ? "/min" : "mmHg";
}

/** Two that are changed together, because each may only fit the other. */
const PAIRS = [
  ["quiet_hours_start", "quiet_hours_finish"],
  ["reminder_first_timing", "reminder_second_timing"],
  ["reminder_outreach_start", "reminder_outreach_finish"],
  ["appointment_delivery", "studio_flow_sid"],
] as const;

export function together(name: string): readonly string[] {
  return PAIRS.find((pair) => pair.some((one) => one === name)) ?? [name];
}
