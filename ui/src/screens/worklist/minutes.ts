/** Minutes as a person types them: "12", "7.5", "7,5". Nothing typed is null; what is no number is undefined. */
export function readMinutes(typed: string): number | null | undefined {
  const text = typed.trim();
  if (text === "") return null;
  if (!/^\d{1,3}([.,]\d)?$/.test(text)) return undefined;
  return Number(text.replace(",", "."));
}
