// Made-up people for screenshots and for work on the screens without an engine. Development only.

import type { PatientBrief } from "../../generated/PatientBrief";

/** A small seeded generator: the same page every time. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let n = Math.imul(state ^ (state >>> 15), 1 | state);
    n = (n + Math.imul(n ^ (n >>> 7), 61 | n)) ^ n;
    return ((n ^ (n >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const LAST =
  "Lee Ortiz Roy Alvarez Núñez Kim Brandt Okafor Haddad Nowak Friesen Cremin Jenkins Silva Moreau Park Ivers Tran Mbeki Castillo Reyes Sorensen Abbas Whitfield".split(
    " ",
  );
const FIRST = "Ann Leo Mae Rosa Zoë Samuel Greta Chidi Layla Piotr Tommy Silvana Jeffry Inês Claude Min Ada Linh Thabo Diego Elena Nils Omar Grace".split(" ");

export interface Someone {
  brief: PatientBrief;
  phone: string | null;
  language: string;
  zone: string;
}

export function people(count: number): Someone[] {
  const random = seeded(7);
  return Array.from({ length: count }, (_, i) => {
    const last = LAST[i % LAST.length] as string;
    const first = FIRST[(i * 7 + Math.floor(i / LAST.length)) % FIRST.length] as string;
    const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const four = () => Array.from({ length: 4 }, () => letters[Math.floor(random() * letters.length)]).join("");
    return {
      brief: {
        mrn: String(1_022_228 + i * 137),
        name: `${last}, ${i === 0 ? "Ann" : first}`,
        birth_date: `${1936 + Math.floor(random() * 45)}-0${1 + Math.floor(random() * 9)}-${10 + Math.floor(random() * 18)}`,
        case_id: `CL-${four()}-${four()}`,
      },
      phone: i % 11 === 9 ? null : `+1202555${String(100 + i).padStart(4, "0")}`,
      language: i % 6 === 3 ? "es" : "en",
      zone: i % 5 === 2 ? "America/Chicago" : "America/New_York",
    };
  });
}
