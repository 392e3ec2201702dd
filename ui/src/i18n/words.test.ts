import i18next from "i18next";
import { describe, expect, it } from "vitest";
import { en } from "./en";
import { es } from "./es";
import { openWords } from "./index";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, under = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string"
      ? [[`${under}${key}`, value] as [string, string]]
      : flat(value, `${under}${key}.`),
  );
}

const english = new Map(flat(en as unknown as Tree));
const spanish = new Map(flat(es as unknown as Tree));
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]).sort();

/** Words that are the same in both languages. */
const SAME =
  /^(app\.name|language\.|lamp\.\w+_letter|list\.(claimed_by|row_label)|help\.console|sim\.(took|.*phone_empty)|ask\.(minutes_n|hours_n))/;

describe("the words", () => {
  it("have the same keys in both languages", () => {
    expect([...spanish.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("leave the same holes for values", () => {
    for (const [key, text] of english) expect(holes(spanish.get(key) ?? ""), key).toEqual(holes(text));
  });

  it("are never empty", () => {
    for (const [key, text] of [...english, ...spanish]) expect(text.trim(), key).not.toBe("");
  });

  it("are translated, not copied", () => {
    const copied = [...english].filter(
      ([key, text]) => !SAME.test(key) && /[a-z]{4}/i.test(text) && spanish.get(key) === text,
    );
    // Names and loan words that Spanish says the same way.
    const allowed = new Set(["Error", "Normal"]);
    expect(copied.filter(([, text]) => !allowed.has(text))).toEqual([]);
  });

  it("count one and many in both languages", () => {
    openWords("en");
    expect(i18next.t("list.new", { count: 1 })).toBe("1 new row");
    expect(i18next.t("list.new", { count: 2 })).toBe("2 new rows");
    openWords("es");
    expect(i18next.t("list.new", { count: 1, lng: "es" })).toBe("1 fila nueva");
    expect(i18next.t("list.new", { count: 2, lng: "es" })).toBe("2 filas nuevas");
  });
});
