import {
  IconBell,
  IconBellRinging,
  IconBrandSlack,
  IconChecks,
  IconCircleDot,
  IconClipboardText,
  IconDownload,
  IconExclamationCircle,
  IconMessage2,
  IconMessageOff,
  IconMessageReply,
  IconPoint,
  IconScale,
  IconUser,
} from "@tabler/icons-react";
import { Button, Disclosure, DisclosurePanel } from "react-aria-components";
import type { TimelineLine } from "../../generated/TimelineLine";
import { useWords } from "../../i18n/useWords";
import { exact, shortTime } from "../../words/time";
import styles from "./Timeline.module.css";

const ICONS: Record<string, typeof IconPoint> = {
  intake: IconDownload,
  verdict: IconScale,
  sms: IconMessage2,
  delivery: IconChecks,
  reply: IconMessageReply,
  page: IconBell,
  incident: IconBellRinging,
  episode: IconCircleDot,
  opt_out: IconMessageOff,
  slack: IconBrandSlack,
  chart: IconClipboardText,
  attention: IconExclamationCircle,
  act: IconUser,
};

/** What happened, newest first; every line carries its reason and opens to what was recorded. */
export function Timeline({ lines }: { lines: TimelineLine[] }) {
  const { t, language } = useWords();
  if (lines.length === 0) return <p className={styles.empty}>{t("panel.timeline_empty")}</p>;
  const newest = [...lines].sort((a, b) => b.seq - a.seq);
  return (
    <ol className={styles.timeline}>
      {newest.map((line) => {
        const Icon = ICONS[line.kind] ?? IconPoint;
        return (
          <li key={line.seq} className={styles.line}>
            <span className={styles.icon}>
              <Icon size={14} stroke={1.8} aria-hidden="true" />
            </span>
            <Disclosure className={styles.what!}>
              <Button
                slot="trigger"
                className={styles.trigger!}
                aria-label={`${line.title}. ${t("panel.show_raw")}`}
              >
                <span className={styles.title}>{line.title}</span>
                <time dateTime={line.at} title={exact(line.at, language)}>
                  {shortTime(line.at, language)}
                </time>
              </Button>
              {(line.reason || line.by) && (
                <p className={styles.reason}>
                  {line.reason}
                  {line.reason && line.by && " · "}
                  {line.by && <span className={styles.by}>{line.by}</span>}
                </p>
              )}
              <DisclosurePanel className={styles.raw!}>
                <pre>{pretty(line.raw)}</pre>
              </DisclosurePanel>
            </Disclosure>
          </li>
        );
      })}
    </ol>
  );
}

function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
