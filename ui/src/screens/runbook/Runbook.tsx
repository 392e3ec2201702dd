// The last incidents, the way each of them took, and one of them replayed step by step. Nothing can be changed here.

import { IconRoute } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Incident } from "../../generated/Incident";
import type { SeverityView } from "../../generated/SeverityView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Screen } from "../../parts/Screen";
import { Empty, Failure, Skeleton } from "../../parts/States";
import { Shape } from "../../parts/shapes";
import { hrefOf, useRoute } from "../../state/route";
import { exact } from "../../words/time";
import { Replay } from "./Replay";
import styles from "./Runbook.module.css";

export function Runbook() {
  const { t } = useWords();
  const { row } = useRoute();
  const runbook = useQuery({ queryKey: ["runbook"], queryFn: () => call("runbook", {}), staleTime: 5_000 });
  const incidents = runbook.data?.incidents ?? [];
  const open = row ?? null;
  return (
    <Screen title={t("runbook.title")} words={t("runbook.words")}>
      {runbook.isError && <Failure thrown={runbook.error} onRetry={() => void runbook.refetch()} />}
      {runbook.isPending && <Skeleton rows={8} label={t("app.loading")} />}
      {runbook.data && incidents.length === 0 && (
        <Empty title={t("runbook.none")} icon={<IconRoute size={28} stroke={1.4} aria-hidden="true" />}>
          {t("runbook.none_words")}
        </Empty>
      )}
      {incidents.length > 0 && (
        <div className={styles.two} data-open={open !== null || undefined}>
          <ol className={styles.list} aria-label={t("runbook.list")}>
            {incidents.map((incident) => (
              <Line key={incident.id} incident={incident} chosen={incident.id === open} />
            ))}
          </ol>
          {open === null ? (
            <div className={styles.choose}>
              <Empty title={t("runbook.choose")}>{t("runbook.choose_words")}</Empty>
            </div>
          ) : (
            <Replay key={open} id={open} />
          )}
        </div>
      )}
    </Screen>
  );
}

function Line({ incident, chosen }: { incident: Incident; chosen: boolean }) {
  const { t, word, language } = useWords();
  return (
    <li>
      <a
        className={styles.incident}
        href={hrefOf("runbook", incident.id)}
        aria-current={chosen ? "true" : undefined}
      >
        <Shape
          severity={incident.severity as SeverityView}
          alarming={incident.closed_at === null}
          size={16}
        />
        <span className={styles.what}>
          <b>
            {incident.vital} {incident.value}
          </b>
          <span className={styles.case}>
            {incident.case_id} · {word("severity", incident.severity)}
            {incident.shadow && ` · ${t("runbook.shadow")}`}
          </span>
        </span>
        <time dateTime={incident.opened_at}>{exact(incident.opened_at, language)}</time>
        <span className={styles.path}>{incident.path.join(" › ")}</span>
      </a>
    </li>
  );
}
