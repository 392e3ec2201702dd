// A problem of the console's own grows into one banner with one action; never ten.

import { IconAlertTriangle, IconPlugConnectedX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { FrameView } from "../generated/FrameView";
import { useWords } from "../i18n/useWords";
import { Age } from "../parts/Times";
import { useNow } from "../state/clock";
import { useLink } from "../state/queries";
import { hrefOf, useRoute } from "../state/route";
import { age } from "../words/time";
import styles from "./Banners.module.css";

export function Banners({ frame }: { frame: FrameView | undefined }) {
  const { t } = useWords();
  const link = useLink();
  const { screen } = useRoute();
  if (link.state === "signed_out") {
    return <Banner tone="link" title={t("link.signed_out_title")} words={t("link.signed_out_words")} />;
  }
  const stuck = frame?.stuck ?? [];
  // A target that is stuck has its own banner; one in maintenance or stopped needs none for failing.
  const told = new Set([
    ...stuck.map((target) => target.vendor),
    ...(frame?.downtimes ?? []).filter((downtime) => downtime.active).map((downtime) => downtime.vendor),
  ]);
  const failing =
    frame?.vendors.filter((vendor) => vendor.state === "failing" && !told.has(vendor.vendor)) ?? [];
  const first = failing[0];
  return (
    <>
      {link.state === "lost" && <Lost since={link.since} />}
      {stuck.map((target) => (
        <Banner
          key={target.vendor + target.cause}
          tone="trouble"
          title={t("downtime.stuck_title", { label: target.label, count: target.count })}
          words={<Oldest at={target.oldest_at} cause={target.cause} />}
          action={screen !== "messages" && <a href={hrefOf("messages")}>{t("downtime.see")}</a>}
        />
      ))}
      {first && (
        <Banner
          tone="trouble"
          title={failing.length === 1 ? first.label : failing.map((vendor) => vendor.label).join(", ")}
          words={
            <>
              {first.problem ?? t("health.failing")}
              {failing.some((vendor) => vendor.queued > 0) && (
                <>
                  {" · "}
                  {t("frame.queue", { count: failing.reduce((sum, vendor) => sum + vendor.queued, 0) })}
                  {first.oldest_queued_at && (
                    <>
                      {", "}
                      {t("frame.oldest", { age: "" })}
                      <Age at={first.oldest_queued_at} />
                    </>
                  )}
                </>
              )}
              {first.what_to_do && ` · ${first.what_to_do}`}
            </>
          }
          action={screen !== "connections" && <a href={hrefOf("connections")}>{t("frame.see")}</a>}
        />
      )}
      {frame?.banners.map((said) => (
        <Banner key={said} tone="trouble" title={said} />
      ))}
    </>
  );
}

function Oldest({ at, cause }: { at: string; cause: string }) {
  const { t } = useWords();
  const now = useNow();
  return (
    <>{t("downtime.stuck_words", { age: age(Math.max(0, now - Date.parse(at)), t("time.now")), cause })}</>
  );
}

function Lost({ since }: { since: number }) {
  const { t } = useWords();
  const now = useNow();
  return (
    <Banner
      tone="link"
      title={t("link.lost_title")}
      words={t("link.lost_words", { age: age(Math.max(5_000, now - since), t("time.now")) })}
      action={<span>{t("link.lost_action")}</span>}
    />
  );
}

interface Props {
  /** `link` is the console's own line and looks like no clinical alarm; `trouble` is a vendor's. */
  tone: "link" | "trouble";
  title: string;
  words?: ReactNode;
  action?: ReactNode;
}

function Banner({ tone, title, words, action }: Props) {
  const Icon = tone === "link" ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <div className={styles.banner} data-tone={tone} role="status">
      <Icon size={18} aria-hidden="true" />
      <p>
        <strong>{title}</strong>
        {words && <span>{words}</span>}
      </p>
      {action && <span className={styles.action}>{action}</span>}
    </div>
  );
}
