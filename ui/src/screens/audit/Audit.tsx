// The trail as an auditor reads it: searched, verified, written out.

import { IconChevronDown, IconShieldCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Disclosure, DisclosurePanel, Button as PlainButton } from "react-aria-components";
import type { AuditLine } from "../../generated/AuditLine";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { EvidenceButton } from "../../parts/EvidenceButton";
import { Select, TextField } from "../../parts/Field";
import { Card, Columns, Screen } from "../../parts/Screen";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { hrefOf } from "../../state/route";
import styles from "./Audit.module.css";
import { Exports } from "./Exports";
import { Verify } from "./Verify";

/** Kinds of lines that belong together, as a person would ask for them. */
const GROUPS = {
  all: [],
  opened: ["act"],
  door: ["access", "credential"],
  messages: ["sms", "reply", "delivery", "opt_out"],
  pages: ["page", "incident", "slack"],
  chart: ["chart"],
  visits: ["appointment", "ehr_request", "execution"],
  readings: ["intake", "verdict", "episode"],
  changes: ["setting", "downtime"],
  attention: ["attention"],
} as const;
type Group = keyof typeof GROUPS;

interface Asked {
  group: Group;
  mrn: string;
  by: string;
  from: string;
  to: string;
}

/** Local midnight of a day as typed, so many days on; none if it is no day. */
function midnight(day: string, later = 0): string | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day.trim());
  if (!found) return null;
  return new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + later).toISOString();
}

function dayOf(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export function Audit() {
  const { t } = useWords();
  const [asked, setAsked] = useState<Asked>(() => {
    const today = new Date();
    const week = new Date(today.getTime() - 7 * 86_400_000);
    return { group: "all", mrn: "", by: "", from: dayOf(week), to: dayOf(today) };
  });
  const [shown, setShown] = useState(asked);
  const found = useInfiniteQuery({
    queryKey: ["audit", shown],
    queryFn: ({ pageParam }) =>
      call("audit", {
        kinds: [...GROUPS[shown.group]],
        mrn: shown.mrn,
        by: shown.by,
        from: midnight(shown.from),
        to: midnight(shown.to, 1),
        before: pageParam,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  });
  const lines = found.data?.pages.flatMap((page) => page.lines) ?? [];
  const change = (part: Partial<Asked>) => setAsked({ ...asked, ...part });
  const odd = (day: string) => (day.trim() !== "" && midnight(day) === null ? t("audit.odd_day") : undefined);
  return (
    <Screen title={t("audit.title")} words={t("audit.words")}>
      <Columns
        side={
          <>
            <Verify />
            <Exports from={midnight(asked.from)} to={midnight(asked.to, 1)} />
          </>
        }
      >
        <Card>
          <form
            className={styles.ask}
            onSubmit={(event) => {
              event.preventDefault();
              setShown({ ...asked });
              if (shown === asked) void found.refetch();
            }}
          >
            <Select
              label={t("audit.kind")}
              value={asked.group}
              onChange={(group) => change({ group })}
              options={(Object.keys(GROUPS) as Group[]).map((id) => ({ id, label: t(`audit.group_${id}`) }))}
            />
            <TextField label={t("audit.mrn")} value={asked.mrn} onChange={(mrn) => change({ mrn })} />
            <TextField label={t("audit.by")} value={asked.by} onChange={(by) => change({ by })} />
            <TextField
              label={t("audit.from")}
              value={asked.from}
              onChange={(from) => change({ from })}
              error={odd(asked.from)}
              placeholder="2026-03-05"
            />
            <TextField
              label={t("audit.to")}
              value={asked.to}
              onChange={(to) => change({ to })}
              error={odd(asked.to)}
              placeholder="2026-03-05"
            />
            <Button type="submit" tone="primary">
              {t("audit.search")}
            </Button>
          </form>
          {found.isError && <Failure thrown={found.error} onRetry={() => void found.refetch()} />}
          {found.isPending && <Skeleton rows={8} height={36} label={t("app.loading")} />}
          {found.data && lines.length === 0 && <Nothing>{t("audit.none")}</Nothing>}
          <ol className={styles.lines} aria-label={t("audit.title")}>
            {lines.map((one) => (
              <Line key={one.line.seq} one={one} />
            ))}
          </ol>
          {found.hasNextPage && (
            <p className={styles.more}>
              <Button size="small" isDisabled={found.isFetching} onPress={() => void found.fetchNextPage()}>
                {t("audit.older")}
              </Button>
            </p>
          )}
        </Card>
      </Columns>
    </Screen>
  );
}

function Line({ one }: { one: AuditLine }) {
  const { t, language } = useWords();
  const episode = episodeOf(one.line.raw);
  const at = new Date(one.line.at).toLocaleString(language === "es" ? "es-US" : "en-US", {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return (
    <li>
      <Disclosure>
        <PlainButton slot="trigger" className={styles.line!}>
          <time dateTime={one.line.at}>{at}</time>
          <span className={styles.what}>
            <b>{one.line.title}</b>
            {one.line.reason && <span>{one.line.reason}</span>}
          </span>
          <span className={styles.by}>{one.line.by ?? t("audit.rules")}</span>
          <span className={styles.mrn}>{one.mrn ? t("list.mrn", { mrn: one.mrn }) : ""}</span>
          <IconChevronDown size={14} aria-hidden="true" />
        </PlainButton>
        <DisclosurePanel className={styles.raw!}>
          <p>
            <IconShieldCheck size={14} aria-hidden="true" /> {t("audit.line", { seq: one.line.seq })}
          </p>
          <pre>{pretty(one.line.raw)}</pre>
          {episode !== null && (
            <p>
              <EvidenceButton row={episode} /> <a href={hrefOf("runbook", episode)}>{t("evidence.replay")}</a>
            </p>
          )}
        </DisclosurePanel>
      </Disclosure>
    </li>
  );
}

/** The row of the episode that a line belongs to. */
function episodeOf(raw: string): string | null {
  try {
    const { episode } = JSON.parse(raw) as { episode?: unknown };
    return typeof episode === "number" ? `e${episode}` : null;
  } catch {
    return null;
  }
}

function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
