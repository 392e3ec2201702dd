// One vendor: how it is, its credentials and their age, its tests and, of the chart, its permissions.

import { IconAlertTriangle, IconCheck, IconClock, IconMinus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { CoverageView } from "../../generated/CoverageView";
import type { FieldView } from "../../generated/FieldView";
import type { OnCallView } from "../../generated/OnCallView";
import type { ScopeView } from "../../generated/ScopeView";
import type { SetUpView } from "../../generated/SetUpView";
import type { VendorHealth } from "../../generated/VendorHealth";
import type { VendorSetUp } from "../../generated/VendorSetUp";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Refused } from "../../parts/Refused";
import { Age } from "../../parts/Times";
import { queries } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import { exact } from "../../words/time";
import { useAsk } from "../door/useAsk";
import { SetUpDialog } from "./SetUpDialog";
import { Tests } from "./Tests";
import styles from "./VendorCard.module.css";

type FieldName = keyof typeof import("../../i18n/en/connect").connect.field;
type ScopeState = keyof typeof import("../../i18n/en/connect").connect.scope;

const HEALTH = { ok: IconCheck, slow: IconClock, failing: IconAlertTriangle, idle: IconMinus };

interface Props {
  vendor: VendorSetUp;
  health: VendorHealth | undefined;
  /** Who is on call, on the pager's card. */
  onCall: OnCallView | undefined;
  view: SetUpView;
}

export function VendorCard({ vendor, health, onCall, view }: Props) {
  const { t, word } = useWords();
  const [open, setOpen] = useState<"set_up" | "disconnect" | null>(null);
  const close = (said?: string) => {
    setOpen(null);
    if (!said) return;
    sayDone({ said, undo: null });
    void queries.invalidateQueries({ queryKey: ["connection_set_up"] });
    void queries.invalidateQueries({ queryKey: ["connections"] });
  };
  const trouble = health?.state === "failing" || health?.state === "slow";
  const Icon = HEALTH[vendor.from === "none" ? "idle" : (health?.state ?? "idle")];
  const mayChange = view.may_change && vendor.from !== "file";
  return (
    <section
      className={styles.card}
      aria-labelledby={`vendor-${vendor.vendor}`}
      data-trouble={trouble || undefined}
    >
      <header className={styles.head}>
        <h2 id={`vendor-${vendor.vendor}`}>{vendor.label}</h2>
        <span className={styles.health}>
          <Icon size={14} aria-hidden="true" />
          {vendor.from === "none" ? t("connect.from_none") : word("health", health?.state ?? "idle")}
        </span>
        <span className={styles.acts}>
          {mayChange && vendor.from === "desk" && (
            <Button
              size="small"
              tone="quiet"
              onPress={() => setOpen("disconnect")}
              aria-label={`${t("connect.disconnect")}: ${vendor.label}`}
            >
              {t("connect.disconnect")}
            </Button>
          )}
          {mayChange && (
            <Button
              size="small"
              tone={vendor.from === "none" ? "primary" : "plain"}
              onPress={() => setOpen("set_up")}
              aria-label={`${t(vendor.from === "desk" ? "connect.change" : "connect.set_up")}: ${vendor.label}`}
            >
              {t(vendor.from === "desk" ? "connect.change" : "connect.set_up")}
            </Button>
          )}
        </span>
      </header>
      {health && vendor.from !== "none" && <Standing health={health} />}
      {vendor.from === "none" && <p className={styles.quiet}>{t("connect.not_connected")}</p>}
      {vendor.from === "file" && <p className={styles.quiet}>{t("connect.from_file_words")}</p>}
      {vendor.vendor === "pagerduty" && onCall && (
        <p className={styles.facts}>
          <span>
            {t("connect.on_call")}:{" "}
            <b>
              {onCall.state === "known"
                ? onCall.names.join(", ")
                : t(onCall.state === "nobody" ? "connect.on_call_nobody" : "connect.on_call_unknown")}
            </b>
          </span>
        </p>
      )}
      {vendor.coverage && <Coverage coverage={vendor.coverage} now={view.now} />}
      <Credentials fields={vendor.fields} />
      {vendor.vendor === "cerner" && vendor.from !== "none" && <Scopes scopes={vendor.scopes} />}
      {vendor.from !== "none" && (
        <Tests vendor={vendor} mayTest={view.may_change || vendor.from === "built_in"} />
      )}
      {open === "set_up" && <SetUpDialog vendor={vendor} home={view.home} onClose={close} />}
      {open === "disconnect" && <Disconnect vendor={vendor} onClose={close} />}
    </section>
  );
}

/** Where it is, how fast it answers, what waits, and what is wrong. */
function Standing({ health }: { health: VendorHealth }) {
  const { t, language } = useWords();
  return (
    <>
      <p className={styles.facts}>
        <span className={styles.place}>{health.built_in ? t("frame.built_in") : health.base_url}</span>
        {health.latency_ms !== null && <span>{health.latency_ms} ms</span>}
        <span>
          {t("con.queue")} <b>{health.queued}</b>
          {health.oldest_queued_at && (
            <>
              {" "}
              <Age at={health.oldest_queued_at} />
            </>
          )}
        </span>
        <span>
          {t("connect.last_minute", { count: health.last_minute })}
          {health.per_minute !== null &&
            `, ${t("connect.limit", { number: health.per_minute.toLocaleString(language) })}`}
        </span>
        <span>{t("con.requests", { count: health.requests_today })}</span>
        {health.failures_today > 0 && <span>{t("con.failures", { count: health.failures_today })}</span>}
        {health.last_ok_at && (
          <span>
            {t("con.last_ok")} <Age at={health.last_ok_at} />
          </span>
        )}
      </p>
      {health.problem && (
        <p className={styles.problem}>
          {health.problem} {health.what_to_do}
        </p>
      )}
    </>
  );
}

/** The pager's schedule ahead: each hole by name, or that there is none. */
function Coverage({ coverage, now }: { coverage: CoverageView; now: string }) {
  const { t, language } = useWords();
  const when = (at: string) => exact(at, language, Date.parse(now));
  if (coverage.failed) return <p className={styles.problem}>{t("connect.coverage_failed")}</p>;
  if (coverage.holes.length === 0) return <p className={styles.quiet}>{t("connect.covered")}</p>;
  return (
    <ul className={styles.points}>
      {coverage.holes.map((hole) => (
        <li key={hole.from} data-state="warning">
          <IconAlertTriangle size={13} aria-hidden="true" />
          <span>{t("connect.hole", { from: when(hole.from), to: when(hole.to) })}</span>
        </li>
      ))}
    </ul>
  );
}

/** What is kept of each credential: since when, by whom, and whether it is to be renewed. */
function Credentials({ fields }: { fields: FieldView[] }) {
  const { t, language } = useWords();
  const kept = fields.filter((field) => field.set_at !== null || field.ends_in !== null);
  if (kept.length === 0) return null;
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return (
    <dl className={styles.pairs}>
      {kept.map((field) => (
        <div key={field.name} data-overdue={field.overdue || undefined}>
          <dt>{t(`connect.field.${field.name as FieldName}`)}</dt>
          <dd>
            {field.ends_in !== null && t("connect.ends_in", { tail: field.ends_in })}
            {field.set_at !== null && (
              <>
                {t("connect.set_on", { date: day.format(new Date(field.set_at)), by: field.set_by ?? "" })}
                {", "}
                {t("connect.days", { count: field.days ?? 0 })}
                {field.overdue && (
                  <strong className={styles.overdue}>
                    <IconAlertTriangle size={13} aria-hidden="true" /> {t("connect.overdue")}
                  </strong>
                )}
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const SCOPE = { granted: IconCheck, missing: IconX, not_asked: IconMinus, too_much: IconAlertTriangle };

function Scopes({ scopes }: { scopes: ScopeView[] }) {
  const { t } = useWords();
  return (
    <div className={styles.part}>
      <h3>{t("connect.scopes")}</h3>
      {scopes.length === 0 && <p className={styles.quiet}>{t("connect.scopes_unknown")}</p>}
      {scopes.some((scope) => scope.state === "too_much") && (
        <p className={styles.problem} role="alert">
          {t("connect.too_much")}
        </p>
      )}
      <ul className={styles.scopes}>
        {scopes.map(({ name, state }) => {
          const Icon = SCOPE[state as ScopeState];
          return (
            <li key={name} data-state={state}>
              <Icon size={14} aria-hidden="true" />
              <code>{name}</code>
              <span>{t(`connect.scope.${state as ScopeState}`)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Disconnect({ vendor, onClose }: { vendor: VendorSetUp; onClose: (said?: string) => void }) {
  const { t } = useWords();
  const ask = useAsk();
  const send = async () => {
    const done = await ask.ask("disconnect_vendor", { vendor: vendor.vendor });
    if (done) onClose(done.said);
  };
  return (
    <Dialog title={t("connect.disconnect_title", { vendor: vendor.label })} onClose={() => onClose()}>
      <p>{t("connect.disconnect_words")}</p>
      <Refused error={ask.error} />
      <DialogFoot>
        <Button onPress={() => onClose()}>{t("act.cancel")}</Button>
        <Button tone="danger" isDisabled={ask.busy} onPress={() => void send()}>
          {t("connect.disconnect")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}
