// Messages: what waits, failed or was sent, whichever vendor it is for; one opened beside the list.

import { IconArrowDownLeft, IconArrowUpRight } from "@tabler/icons-react";
import { useDeferredValue, useState } from "react";
import { GridList, GridListItem } from "react-aria-components";
import type { MessageRow } from "../../generated/MessageRow";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { SearchField, Select } from "../../parts/Field";
import { Empty, Failure, Skeleton } from "../../parts/States";
import { Age, Left } from "../../parts/Times";
import { goTo, useRoute } from "../../state/route";
import { shortTime } from "../../words/time";
import { Detail } from "./Detail";
import { Downtime } from "./Downtime";
import styles from "./Messages.module.css";
import { type Filter, GROUPS, type Group, SPANS, type Span, useMessages, VENDORS } from "./source";

const VENDOR_NAMES: Record<string, string> = {
  cerner: "Cerner",
  twilio: "Twilio",
  pagerduty: "PagerDuty",
  slack: "Slack",
  ehr: "EHR",
};

export function Messages() {
  const { t } = useWords();
  const { row } = useRoute();
  const [filter, setFilter] = useState<Filter>({ group: "attention", vendor: "", patient: "", span: "any" });
  const patient = useDeferredValue(filter.patient.trim());
  const pages = useMessages({ ...filter, patient });
  const rows = pages.data?.flatMap((page) => page.rows) ?? [];
  const counts = pages.data?.[0]?.counts;
  const chosen = row && /^\d+$/.test(row) ? Number(row) : null;
  const count = (group: Group) => {
    const n = counts && (counts as unknown as Record<string, number | undefined>)[group];
    return n ? `${t(`msg.group.${group}`)} (${n})` : t(`msg.group.${group}`);
  };
  return (
    <div className={styles.screen} data-chosen={chosen !== null || undefined}>
      <section className={styles.left} aria-label={t("msg.title")}>
        <header className={styles.head}>
          <h1>{t("msg.title")}</h1>
          <p>{t("msg.words")}</p>
        </header>
        <Downtime />
        <div className={styles.filters} role="search">
          <Select<Group>
            label={t("msg.show")}
            value={filter.group}
            onChange={(group) => setFilter({ ...filter, group })}
            options={GROUPS.map((id) => ({ id, label: count(id) }))}
          />
          <Select<string>
            label={t("msg.vendor")}
            value={filter.vendor || "any"}
            onChange={(vendor) => setFilter({ ...filter, vendor: vendor === "any" ? "" : vendor })}
            options={[
              { id: "any", label: t("msg.any_vendor") },
              ...VENDORS.map((id) => ({ id: id as string, label: VENDOR_NAMES[id] as string })),
            ]}
          />
          <Select<Span>
            label={t("msg.when")}
            value={filter.span}
            onChange={(span) => setFilter({ ...filter, span })}
            options={(Object.keys(SPANS) as Span[]).map((id) => ({ id, label: t(`msg.when_${id}`) }))}
          />
          <SearchField
            label={t("msg.patient")}
            clear={t("msg.clear")}
            value={filter.patient}
            onChange={(found) => setFilter({ ...filter, patient: found })}
          />
        </div>
        {pages.error && <Failure thrown={pages.error} onRetry={() => void pages.refetch()} />}
        {!pages.data && !pages.error && <Skeleton rows={10} label={t("app.loading")} />}
        {pages.data && rows.length === 0 && (
          <Empty
            title={
              filter.patient === "" && filter.group === "attention" ? t("msg.empty") : t("msg.empty_search")
            }
          />
        )}
        {rows.length > 0 && (
          <div className={styles.rows}>
            <GridList
              aria-label={t("msg.list")}
              className={styles.list!}
              selectionMode="single"
              selectionBehavior="replace"
              selectedKeys={chosen === null ? [] : [chosen]}
              onSelectionChange={(keys) => {
                const [key] = keys === "all" ? [] : [...keys];
                if (key !== undefined) goTo("messages", String(key));
              }}
            >
              {rows.map((message) => (
                <GridListItem
                  key={message.id}
                  id={message.id}
                  textValue={`${message.what} ${message.label} ${t(`msg.state.${message.state as "sent"}`)}`}
                  className={styles.row!}
                  data-trouble={TROUBLE.has(message.state) || undefined}
                  data-testid={`message-${message.id}`}
                >
                  <Line message={message} />
                </GridListItem>
              ))}
            </GridList>
            {pages.hasNextPage && (
              <p className={styles.more}>
                <Button isDisabled={pages.isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>
                  {t("msg.more")}
                </Button>
              </p>
            )}
          </div>
        )}
      </section>
      <Detail id={chosen} onBack={() => goTo("messages")} />
    </div>
  );
}

const TROUBLE = new Set(["unknown", "blocked", "failed", "quarantined"]);

function Line({ message }: { message: MessageRow }) {
  const { t, language } = useWords();
  const Way = message.incoming ? IconArrowDownLeft : IconArrowUpRight;
  return (
    <>
      <Way size={16} aria-hidden="true" className={styles.way!} />
      <div className={styles.what}>
        <b>{message.what}</b>
        <span>
          {[
            message.label,
            message.patient && `${message.patient.name} · ${t("list.mrn", { mrn: message.patient.mrn })}`,
            message.appointment_id && t("msg.visit", { id: message.appointment_id }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </div>
      <div className={styles.state}>
        <b>{t(`msg.state.${message.state as "sent"}`)}</b>
        <span>
          {message.maintenance_until ? (
            t("msg.maintenance", { time: shortTime(message.maintenance_until, language) })
          ) : message.stopped ? (
            t("msg.stopped")
          ) : (
            <>
              {message.attempts > 0 && t("msg.attempts", { count: message.attempts })}
              {message.next_try_at && Date.parse(message.next_try_at) > Date.now() && (
                <>
                  {message.attempts > 0 && " · "}
                  {t("msg.next")} <Left until={message.next_try_at} />
                </>
              )}
              {message.attempts === 0 && !message.next_try_at && (message.problem ?? "")}
            </>
          )}
        </span>
      </div>
      <span className={styles.age}>
        <Age at={message.at} short />
      </span>
    </>
  );
}
