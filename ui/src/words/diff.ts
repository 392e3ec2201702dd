// What changed between two texts, word by word: the longest run of words that both have stays.

export interface Change {
  kind: "same" | "gone" | "new";
  text: string;
}

/** Words with the spaces after them, so that joining gives the text again. */
function words(text: string): string[] {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

/** The pieces of both texts in order; scripts are short, so a table of every pair is small. */
export function difference(before: string, after: string): Change[] {
  const a = words(before);
  const b = words(after);
  const same = (i: number, j: number) => a[i]?.trim() === b[j]?.trim();
  const longest = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => longest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = longest[i];
      if (row) row[j] = same(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: Change[] = [];
  const add = (kind: Change["kind"], text: string) => {
    const last = found.at(-1);
    if (last?.kind === kind) last.text += text;
    else found.push({ kind, text });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same(i, j)) {
      add("same", b[j] as string);
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      add("gone", a[i] as string);
      i += 1;
    } else {
      add("new", b[j] as string);
      j += 1;
    }
  }
  return found;
}
