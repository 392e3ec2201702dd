import { IconAlertTriangle, IconCheck, IconClock, IconMinus } from "@tabler/icons-react";
import type { VendorHealth } from "../../generated/VendorHealth";
import { useWords } from "../../i18n/useWords";
import { Age } from "../../parts/Times";
import styles from "./Connections.module.css";

const ICONS = { ok: IconCheck, slow: IconClock, failing: IconAlertTriangle, idle: IconMinus };

/** One line a vendor: health in words, then the figures; a problem says what to do. */
export function Vendors({ vendors }: { vendors: VendorHealth[] }) {
  const { t, word } = useWords();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t("con.vendor")}</th>
          <th scope="col">{t("con.health")}</th>
          <th scope="col" className={styles.number}>
            {t("con.latency")}
          </th>
          <th scope="col" className={styles.number}>
            {t("con.queue")}
          </th>
          <th scope="col" className={styles.number}>
            {t("con.last_ok")}
          </th>
          <th scope="col" className={styles.number}>
            {t("con.today")}
          </th>
        </tr>
      </thead>
      <tbody>
        {vendors.map((vendor) => {
          const Icon = ICONS[vendor.state];
          const trouble = vendor.state === "failing" || vendor.state === "slow";
          return (
            <tr key={vendor.vendor} data-trouble={trouble || undefined}>
              <th scope="row">
                {vendor.label}
                <span className={styles.under}>
                  {vendor.built_in ? t("frame.built_in") : vendor.base_url}
                </span>
              </th>
              <td>
                <span className={styles.health}>
                  <Icon size={14} aria-hidden="true" />
                  {word("health", vendor.state)}
                </span>
                {vendor.problem && (
                  <span className={styles.under}>
                    {vendor.problem} {vendor.what_to_do}
                  </span>
                )}
              </td>
              <td className={styles.number}>
                {vendor.latency_ms === null ? "–" : `${vendor.latency_ms} ms`}
              </td>
              <td className={styles.number}>
                {vendor.queued}
                {vendor.oldest_queued_at && (
                  <span className={styles.under}>
                    <Age at={vendor.oldest_queued_at} />
                  </span>
                )}
              </td>
              <td className={styles.number}>
                {vendor.last_ok_at ? <Age at={vendor.last_ok_at} /> : t("con.never")}
              </td>
              <td className={styles.number}>
                {t("con.requests", { count: vendor.requests_today })}
                {vendor.failures_today > 0 && (
                  <span className={styles.under}>{t("con.failures", { count: vendor.failures_today })}</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
