// Connections: each vendor's health, what waits to go out, what came in that could not be used.

import { Button, Disclosure, DisclosurePanel } from "react-aria-components";
import type { ConnectionsView } from "../../generated/ConnectionsView";
import type { DriftRow } from "../../generated/DriftRow";
import { useWords } from "../../i18n/useWords";
import { Card, Screen } from "../../parts/Screen";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { Age } from "../../parts/Times";
import { useConnections, useFrame, useSetUp } from "../../state/queries";
import { Away } from "./Away";
import styles from "./Connections.module.css";
import { Hl7 } from "./Hl7";
import { Hooks } from "./Hooks";
import { HooksKey } from "./HooksKey";
import { Mllp } from "./Mllp";
import { Quarantine } from "./Quarantine";
import { Queue } from "./Queue";
import { sourceName } from "./source";
import { VendorCard } from "./VendorCard";
import cards from "./VendorCard.module.css";

export function Connections() {
  const { t } = useWords();
  const connections = useConnections();
  const administers = useFrame().data?.who.role === "administrator";
  const view = connections.data;
  if (!view) {
    if (connections.error)
      return <Failure thrown={connections.error} onRetry={() => void connections.refetch()} />;
    return <Skeleton rows={12} label={t("app.loading")} />;
  }
  return (
    <Screen title={t("con.title")} words={t("con.words")}>
      <Vendors view={view} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <Card title={t("con.quarantine")} words={t("con.quarantine_words")}>
            <Quarantine rows={view.quarantine} />
          </Card>
          <Card title={t("con.waiting")}>
            <Queue queue={view.queue} vendors={view.vendors} />
          </Card>
          {view.away && (
            <Card title={t("con.away")}>
              <Away view={view.away} />
            </Card>
          )}
        </div>
        <div className={styles.side}>
          <Card title={t("con.hooks")} words={t("con.hooks_words")}>
            <Hooks hooks={view.hooks} shown={administers} />
            <Key />
          </Card>
          <Card title={t("con.mllp")}>
            <Mllp view={view.mllp} />
          </Card>
          <Card title={t("con.drift")}>
            <Drift view={view} />
          </Card>
          <Card title={t("con.refused")}>
            {view.refused.length === 0 && <Nothing>{t("con.refused_empty")}</Nothing>}
            <dl className={styles.pairs}>
              {view.refused.map((refused) => (
                <div key={refused.reason}>
                  <dt>{refused.reason.replaceAll("_", " ")}</dt>
                  <dd>{refused.count}</dd>
                </div>
              ))}
            </dl>
          </Card>
          <Card title={t("con.engine")}>
            <dl className={styles.pairs}>
              <div>
                <dt>{t("con.sweep")}</dt>
                <dd data-slow={view.sweep.slow || undefined}>
                  {view.sweep.seconds === null || view.sweep.at === null
                    ? t("con.sweep_none")
                    : t(view.sweep.slow ? "con.sweep_slow" : "con.sweep_took", {
                        seconds: Math.round(view.sweep.seconds),
                        patients: view.sweep.patients,
                      })}
                </dd>
              </div>
              <div>
                <dt>{t("con.zone_data")}</dt>
                <dd>{view.zone_data}</dd>
              </div>
              <div>
                <dt>{t("con.key_home")}</dt>
                <dd>{view.key_home}</dd>
              </div>
            </dl>
          </Card>
        </div>
      </div>
      {administers && (
        <div className={styles.whole}>
          <Card title={t("con.hl7")} words={t("con.hl7_words")}>
            <Hl7 />
          </Card>
        </div>
      )}
    </Screen>
  );
}

/** A card a vendor: health with how it is connected. */
function Vendors({ view }: { view: ConnectionsView }) {
  const { t } = useWords();
  const onCall = useFrame().data?.on_call;
  const setUp = useSetUp();
  if (setUp.error) return <Failure thrown={setUp.error} onRetry={() => void setUp.refetch()} />;
  if (!setUp.data) return <Skeleton rows={4} label={t("app.loading")} />;
  return (
    <section aria-label={t("con.vendors")} className={styles.vendors}>
      {setUp.data.why_not && <p className={styles.whyNot}>{setUp.data.why_not}</p>}
      <div className={cards.grid}>
        {setUp.data.vendors.map((vendor) => (
          <VendorCard
            key={vendor.vendor}
            vendor={vendor}
            health={view.vendors.find((health) => health.vendor === vendor.vendor)}
            onCall={onCall}
            view={setUp.data}
          />
        ))}
      </div>
    </section>
  );
}

function Key() {
  const setUp = useSetUp();
  return setUp.data ? <HooksKey view={setUp.data} /> : null;
}

function Drift({ view }: { view: ConnectionsView }) {
  const { t } = useWords();
  if (view.drift.length === 0) return <Nothing>{t("con.drift_empty")}</Nothing>;
  return (
    <ul className={styles.drift}>
      {view.drift.map((drift) => (
        <li key={drift.source + drift.first_seen_at}>
          <p>
            <b>{sourceName(drift.source)}</b> <Age at={drift.first_seen_at} />
          </p>
          <Paths drift={drift} />
        </li>
      ))}
    </ul>
  );
}

const PATHS_SHOWN = 4;

/** What a payload has that its like never had, and what it lacks; a long difference is folded. */
function Paths({ drift }: { drift: DriftRow }) {
  const { t } = useWords();
  const all = [
    ...drift.added.map((path) => ({ path, added: true })),
    ...drift.removed.map((path) => ({ path, added: false })),
  ];
  const list = (paths: typeof all) => (
    <ul>
      {paths.map(({ path, added }) => (
        <li key={(added ? "+" : "-") + path} data-removed={!added || undefined}>
          <span className="visually-hidden">{added ? t("con.added") : t("con.removed")}: </span>
          <i aria-hidden="true">{added ? "+" : "−"}</i> {path}
        </li>
      ))}
    </ul>
  );
  const rest = all.slice(PATHS_SHOWN);
  return (
    <>
      {list(all.slice(0, PATHS_SHOWN))}
      {rest.length > 0 && (
        <Disclosure>
          <Button slot="trigger" className={styles.bodyTrigger!}>
            {t("con.more", { count: rest.length })}
          </Button>
          <DisclosurePanel>{list(rest)}</DisclosurePanel>
        </Disclosure>
      )}
    </>
  );
}
