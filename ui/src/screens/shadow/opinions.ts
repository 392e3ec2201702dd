// What a nurse says of an alert that shadow mode held back.

export const OPINIONS = ["agree", "disagree", "not_needed"] as const;
export type Opinion = (typeof OPINIONS)[number];

/** Each opinion's key, on the Worklist and in the report. */
export const OPINION_KEYS: Record<Opinion, string> = { agree: "Y", disagree: "D", not_needed: "X" };

/** "14:05" of today, or "2026-03-05 14:05", by this computer's clock; null = none typed, undefined = it is no time. */
export function instant(typed: string, now = new Date()): string | null | undefined {
  const text = typed.trim();
  if (text === "") return null;
  const found = /^(?:(\d{4})-(\d{2})-(\d{2})[ T])?(\d{1,2}):(\d{2})$/.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hours, minutes] = found.map(Number);
  if ((hours as number) > 23 || (minutes as number) > 59) return undefined;
  const at = found[1]
    ? new Date(year as number, (month as number) - 1, day as number, hours, minutes)
    : new Date(now.getFullYear(), now.getMonth(), now.getDate(), hours, minutes);
  if (found[1] && at.getDate() !== day) return undefined;
  return at.toISOString();
}
