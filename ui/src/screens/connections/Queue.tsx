import type { QueuedEffect } from "../../generated/QueuedEffect";
import type { VendorHealth } from "../../generated/VendorHealth";
import { useWords } from "../../i18n/useWords";
import { Nothing } from "../../parts/States";
import { Age, Left } from "../../parts/Times";
import styles from "./Connections.module.css";

/** What is owed and has not been delivered, oldest first. */
export function Queue({ queue, vendors }: { queue: QueuedEffect[]; vendors: VendorHealth[] }) {
  const { t, word } = useWords();
  if (queue.length === 0) return <Nothing>{t("con.waiting_empty")}</Nothing>;
  const labels = new Map(vendors.map((vendor) => [vendor.vendor, vendor.label]));
  return (
    <ul className={styles.queue}>
      {queue.map((effect) => (
        <li key={effect.id} data-trouble={effect.state === "blocked" || undefined}>
          <p className={styles.effect}>
            <b>{word("purpose", effect.what)}</b>
            <span>{labels.get(effect.vendor) ?? effect.vendor}</span>
            {effect.patient && (
              <span>
                {effect.patient.name} · {t("list.mrn", { mrn: effect.patient.mrn })}
              </span>
            )}
          </p>
          <p className={styles.facts}>
            <span className={styles.stateWord}>{word("status", effect.state)}</span>
            <Age at={effect.since} />
            <span>{t("con.attempts", { count: effect.attempts })}</span>
            {effect.next_try_at && (
              <span>
                {t("con.next_try", { left: "" })}
                <Left until={effect.next_try_at} />
              </span>
            )}
            {effect.problem && <span className={styles.problem}>{effect.problem}</span>}
          </p>
        </li>
      ))}
    </ul>
  );
}
