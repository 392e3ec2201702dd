// Before a critical is closed its patient is named again: "Lee, Ann", "Ann Lee", in any case, with or without accents.

const parts = (name: string) =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .sort()
    .join(" ");

export function readsBack(typed: string, name: string): boolean {
  return parts(typed) !== "" && parts(typed) === parts(name);
}
