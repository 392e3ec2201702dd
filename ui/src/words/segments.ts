// How many SMS segments a text takes: it is what a text costs and what the sending rate counts.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const ESCAPED = new Set("^{}\\[~]|€\f");

export interface Segments {
  /** GSM-7 holds 160 characters in one segment, UCS-2 only 70. */
  encoding: "GSM-7" | "UCS-2";
  characters: number;
  segments: number;
  /** Characters left before another segment starts. */
  left: number;
  /** The first character that forces the small segments. */
  wide: string | null;
}

/** Counts as the carrier does: extended characters take two places, and never straddle a boundary. */
export function segments(body: string): Segments {
  let wide: string | null = null;
  for (const character of body) {
    if (!BASIC.has(character) && !ESCAPED.has(character)) {
      wide = character;
      break;
    }
  }
  const sizes: number[] = [];
  for (const character of body) {
    if (wide !== null) sizes.push(character.length);
    else sizes.push(ESCAPED.has(character) ? 2 : 1);
  }
  const total = sizes.reduce((a, b) => a + b, 0);
  const [single, joined] = wide === null ? [160, 153] : [70, 67];
  const encoding = wide === null ? "GSM-7" : "UCS-2";
  if (total <= single) {
    return { encoding, characters: total, segments: total === 0 ? 0 : 1, left: single - total, wide };
  }
  let count = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > joined) {
      count += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding, characters: total, segments: count, left: joined - used, wide };
}
