// The engine narrates in English. In another language the same facts are said here.

import type { WorklistRow } from "../../generated/WorklistRow";
import type { WordsInUse } from "../../i18n/useWords";
import { countdown } from "../../words/time";
import { timerKind } from "./NextIn";

/** What is wrong, in a sentence. */
export function headlineOf(row: WorklistRow, { t, word, language }: WordsInUse): string {
  if (language === "en" || !row.value) return row.headline;
  const facts = { vital: word("vital", row.vital ?? "none"), value: row.value.text, unit: row.value.unit };
  if (row.value.arrow === "up") return t("said.above", facts);
  if (row.value.arrow === "down") return t("said.below", facts);
  return t("said.plain", facts);
}

/** What happens next by itself, in a sentence. */
export function nextOf(row: WorklistRow, { t, language }: WordsInUse, now: number): string {
  if (language === "en") return row.next_sentence;
  if (!row.next) return t("said.next_none");
  const left = countdown(Math.max(0, Date.parse(row.next.due) - now));
  return t(`said.next_${timerKind(row.next.what)}`, { left });
}
