// The conscience of the console: each vendor's health and queue, who is on call, how fresh the data is.

import { IconAlertTriangle, IconPhoneCall } from "@tabler/icons-react";
import type { DowntimeView } from "../generated/DowntimeView";
import type { FrameView } from "../generated/FrameView";
import type { VendorHealth } from "../generated/VendorHealth";
import { useWords } from "../i18n/useWords";
import { Age } from "../parts/Times";
import { hrefOf } from "../state/route";
import { shortTime } from "../words/time";
import styles from "./Strip.module.css";

export function Strip({ frame }: { frame: FrameView | undefined }) {
  const { t } = useWords();
  return (
    <section className={styles.strip} aria-label={t("frame.status")}>
      {frame && (
        <>
          <ul className={styles.vendors}>
            {frame.vendors.map((vendor) => (
              <Vendor key={vendor.vendor} vendor={vendor} downtimes={frame.downtimes} />
            ))}
          </ul>
          <p
            className={styles.item}
            data-trouble={(frame.on_call.state !== "known" && frame.on_call.checked_at !== null) || undefined}
          >
            <IconPhoneCall size={14} aria-hidden="true" />
            {frame.on_call.state === "known" ? (
              <span>
                {t("frame.on_call")} <b>{frame.on_call.names.join(", ")}</b>
              </span>
            ) : (
              <b>
                {frame.on_call.state === "nobody"
                  ? t("frame.nobody_on_call")
                  : frame.on_call.checked_at === null
                    ? t("frame.on_call_unasked")
                    : t("frame.on_call_unknown")}
              </b>
            )}
          </p>
          {frame.quarantined > 0 && (
            <a className={styles.item} data-link href={hrefOf("connections")}>
              {t("frame.quarantined", { count: frame.quarantined })}
            </a>
          )}
          <p className={`${styles.item} ${styles.fresh}`}>
            {frame.freshest_reading_at ? (
              <span>
                {t("frame.freshest")}{" "}
                <b>
                  <Age at={frame.freshest_reading_at} />
                </b>
              </span>
            ) : (
              <span>{t("frame.freshest_none")}</span>
            )}
          </p>
        </>
      )}
    </section>
  );
}

function latency(ms: number): string {
  return ms < 95 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function Vendor({ vendor, downtimes }: { vendor: VendorHealth; downtimes: DowntimeView[] }) {
  const { t, word, language } = useWords();
  const holding = downtimes.filter((d) => d.active && (d.vendor === null || d.vendor === vendor.vendor));
  const stopped = holding.some((d) => d.kind === "stop");
  const until = holding.find((d) => d.kind === "maintenance")?.until;
  const trouble = stopped || (!until && (vendor.state === "failing" || vendor.state === "slow"));
  return (
    <li
      className={styles.item}
      data-vendor={vendor.vendor}
      data-trouble={trouble || undefined}
      title={vendor.problem ?? undefined}
    >
      {trouble ? (
        <IconAlertTriangle size={14} aria-hidden="true" />
      ) : (
        <span className={styles.dot} data-state={vendor.state} aria-hidden="true" />
      )}
      <b>{vendor.label}</b>
      <span>
        {stopped
          ? t("msg.stopped")
          : until
            ? t("msg.maintenance", { time: shortTime(until, language) })
            : word("health", vendor.state)}
      </span>
      {holding.length === 0 && vendor.state === "ok" && vendor.latency_ms !== null && (
        <span className={styles.faint}>{latency(vendor.latency_ms)}</span>
      )}
      {vendor.queued > 0 && (
        <span>
          {t("frame.queue", { count: vendor.queued })}
          {vendor.oldest_queued_at && (
            <>
              {" · "}
              <Age at={vendor.oldest_queued_at} />
            </>
          )}
        </span>
      )}
    </li>
  );
}
