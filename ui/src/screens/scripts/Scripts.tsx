// Scripts: what patients read. The list on the left, the words in the middle, the patient's phone on the right.

import { useQuery } from "@tanstack/react-query";
import type { ScriptRow } from "../../generated/ScriptRow";
import type { ScriptsView } from "../../generated/ScriptsView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Screen } from "../../parts/Screen";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { Shape } from "../../parts/shapes";
import { hrefOf, useRoute } from "../../state/route";
import { Editor } from "./Editor";
import { Rules } from "./Rules";
import styles from "./Scripts.module.css";

const GROUPS = ["vitals", "visits", "check_ins"] as const;

export function Scripts() {
  const { t, language } = useWords();
  const { row } = useRoute();
  const view = useQuery({ queryKey: ["scripts", language], queryFn: () => call("scripts", {}) });
  const rules = row === "rules";
  const chosen = view.data?.scripts.find((script) => script.name === row) ?? view.data?.scripts[0];
  return (
    <Screen title={t("scripts.title")} words={t("scripts.words")}>
      {view.isError && <Failure thrown={view.error} onRetry={() => void view.refetch()} />}
      {view.isPending && <Skeleton rows={8} label={t("app.loading")} />}
      {view.data && (
        <div className={styles.desk}>
          <List view={view.data} chosen={rules ? "rules" : chosen?.name} />
          {rules ? (
            <Rules />
          ) : chosen ? (
            <Editor key={chosen.name} name={chosen.name} view={view.data} />
          ) : (
            <Nothing>{t("scripts.choose")}</Nothing>
          )}
        </div>
      )}
    </Screen>
  );
}

function List({ view, chosen }: { view: ScriptsView; chosen: string | undefined }) {
  const { t } = useWords();
  return (
    <nav className={styles.list} aria-label={t("scripts.list")}>
      {GROUPS.map((group) => (
        <section key={group}>
          <h2>{t(`scripts.group_${group}`)}</h2>
          <ul>
            {view.scripts
              .filter((script) => script.group === group)
              .map((script) => (
                <li key={script.name}>
                  <a
                    href={hrefOf("scripts", script.name)}
                    aria-current={script.name === chosen ? "true" : undefined}
                    className={styles.entry}
                  >
                    <span>{script.title}</span>
                    <Flags script={script} />
                  </a>
                </li>
              ))}
          </ul>
        </section>
      ))}
      <section>
        <h2>{t("rules.title")}</h2>
        <ul>
          <li>
            <a
              href={hrefOf("scripts", "rules")}
              aria-current={chosen === "rules" ? "true" : undefined}
              className={styles.entry}
            >
              {t("rules.entry")}
            </a>
          </li>
        </ul>
      </section>
    </nav>
  );
}

/** How each language stands: solid = the clinic's own, hollow = built in, dashed = missing beside the other. */
function Flags({ script }: { script: ScriptRow }) {
  const { t } = useWords();
  return (
    <span className={styles.flags}>
      {script.texts.map((text) => {
        const said = text.missing
          ? t("scripts.flag_missing")
          : text.worst === "stop"
            ? t("scripts.flag_stop")
            : text.worst === "warn"
              ? t("scripts.flag_warn")
              : t(text.own ? "scripts.own" : "scripts.builtin");
        return (
          <span
            key={text.tongue}
            className={styles.flag}
            data-own={text.own || undefined}
            data-missing={text.missing || undefined}
            title={said}
          >
            {text.worst && <Shape severity="abnormal" alarming size={10} />}
            {text.tongue.toUpperCase()}
            <span className="visually-hidden">{said}</span>
          </span>
        );
      })}
    </span>
  );
}
