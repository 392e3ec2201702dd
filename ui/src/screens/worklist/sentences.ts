import type { WordsInUse } from "../../i18n/useWords";

/** The limit beside a value, short enough for a row: "limit 160", "limit +3 lb in 24 h". */
export function limitOf(limit: string, { t }: WordsInUse): string {
  const gain = /^(?:gain limit|límite de aumento) ([\d.]+) lb (?:in|en) (.+)$/.exec(limit);
  return gain ? t("list.gain_short", { gain: gain[1] ?? "", window: gain[2] ?? "" }) : limit;
}
