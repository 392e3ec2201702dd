import { useTranslation } from "react-i18next";
import { en } from "./en";
import type { Language } from "./index";

type Group =
  | "vital"
  | "limit"
  | "severity"
  | "state"
  | "status"
  | "purpose"
  | "lamp"
  | "role"
  | "health"
  | "disposition"
  | "sim"
  | "visit_state"
  | "visit_request"
  | "planned"
  | "workflow";

/** The translator, the language in use, and the words for codes that come from the engine. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const language = (i18n.language === "es" ? "es" : "en") as Language;
  return {
    t,
    language,
    /** The word for a code of the engine's; a code without a word is shown with its underscores opened. */
    word(group: Group, code: string | null | undefined): string {
      if (!code) return "";
      if (code in en[group]) return (t as unknown as (key: string) => string)(`${group}.${code}`);
      return code.replaceAll("_", " ");
    },
  };
}

export type WordsInUse = ReturnType<typeof useWords>;
