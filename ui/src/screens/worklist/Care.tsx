import { IconAlertTriangle, IconCheck, IconClock } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { EpisodeDetail } from "../../generated/EpisodeDetail";
import { useWords } from "../../i18n/useWords";
import { shortTime } from "../../words/time";
import styles from "./Care.module.css";

const DONE = ["proven", "acknowledged", "resolved", "done"];
const TROUBLE = ["failed", "blocked"];

/** Pages, chart writes and notes: what was asked of others, and whether it was proven. */
export function Care({ detail }: { detail: EpisodeDetail }) {
  const { t, word, language } = useWords();
  return (
    <div className={styles.care}>
      <section>
        <h3>{t("panel.pages")}</h3>
        {detail.pages.length === 0 && <p className={styles.empty}>{t("panel.pages_empty")}</p>}
        <ul>
          {detail.pages.map((page) => (
            <Fact
              key={page.step}
              status={page.status}
              title={`${t("panel.page_step", { step: page.step })} · ${page.urgency}`}
              said={page.by ? `${word("status", page.status)}, ${page.by}` : word("status", page.status)}
              at={shortTime(page.at, language)}
            >
              {page.reason.replaceAll("_", " ")}
            </Fact>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t("panel.writes")}</h3>
        {detail.writes.length === 0 && <p className={styles.empty}>{t("panel.writes_empty")}</p>}
        <ul>
          {detail.writes.map((write) => (
            <Fact
              key={write.purpose}
              status={write.status}
              title={word("purpose", write.purpose)}
              said={word("status", write.status)}
              at={write.at ? shortTime(write.at, language) : ""}
            >
              {write.why}
            </Fact>
          ))}
        </ul>
      </section>
      <section>
        <h3>{t("panel.notes")}</h3>
        {detail.notes.length === 0 && <p className={styles.empty}>{t("panel.notes_empty")}</p>}
        <ul>
          {detail.notes.map((note) => (
            <li key={note.at} className={styles.note}>
              <p>{note.text}</p>
              <p className={styles.foot}>
                {note.by} · {shortTime(note.at, language)}
              </p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

interface FactProps {
  status: string;
  title: string;
  said: string;
  at: string;
  children: ReactNode;
}

function Fact({ status, title, said, at, children }: FactProps) {
  const trouble = TROUBLE.includes(status);
  const Icon = trouble ? IconAlertTriangle : DONE.includes(status) ? IconCheck : IconClock;
  return (
    <li className={styles.fact} data-trouble={trouble || undefined}>
      <Icon size={14} aria-hidden="true" />
      <div>
        <p className={styles.line}>
          <span>{title}</span>
          <span className={styles.foot}>{at}</span>
        </p>
        <p className={styles.said}>
          <b>{said}</b>
          {children && <span> · {children}</span>}
        </p>
      </div>
    </li>
  );
}
