// One message: what was asked, what was said and answered, and what may be done with it.

import { IconArrowLeft } from "@tabler/icons-react";
import { useState } from "react";
import type { MessageDetail } from "../../generated/MessageDetail";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Empty, Failure, Nothing, Skeleton } from "../../parts/States";
import { Age } from "../../parts/Times";
import { act } from "./acts";
import { Park, Rebody, Reword } from "./dialogs";
import styles from "./Messages.module.css";
import { pretty } from "./pretty";
import { useMessage } from "./source";

type Open = "park" | "edit" | "edit_body" | null;

export function Detail({ id, onBack }: { id: number | null; onBack: () => void }) {
  const { t } = useWords();
  const message = useMessage(id);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long message is scrolled by keyboard.
    <section className={styles.right} aria-label={t("msg.asked")} tabIndex={0}>
      {id === null && <Empty title={t("msg.choose")} />}
      {id !== null && message.error && (
        <Failure thrown={message.error} onRetry={() => void message.refetch()} />
      )}
      {id !== null && !message.data && !message.error && <Skeleton rows={6} label={t("app.loading")} />}
      {message.data && <Opened message={message.data} onBack={onBack} />}
    </section>
  );
}

function Opened({ message, onBack }: { message: MessageDetail; onBack: () => void }) {
  const { t } = useWords();
  const [open, setOpen] = useState<Open>(null);
  const { row } = message;
  const may = new Set(row.may);
  return (
    <>
      <header className={styles.opened}>
        <span className={styles.back}>
          <Button
            tone="quiet"
            size="small"
            iconOnly
            icon={<IconArrowLeft size={16} aria-hidden="true" />}
            onPress={onBack}
          >
            {t("msg.back")}
          </Button>
        </span>
        <div>
          <h2>{row.what}</h2>
          <p>
            {row.label} · <b>{t(`msg.state.${row.state as "sent"}`)}</b> · <Age at={row.at} />
          </p>
          {row.patient && (
            <p>
              {row.patient.name} · {t("list.mrn", { mrn: row.patient.mrn })} · {row.patient.case_id}
            </p>
          )}
        </div>
      </header>
      {row.problem && (
        <p className={styles.problem} data-trouble={row.state !== "sent" || undefined}>
          {row.problem}
        </p>
      )}
      {may.size > 0 && (
        <div className={styles.acts}>
          {may.has("send_again") && (
            <Button tone="primary" onPress={() => void act("message_send_again", { id: row.id })}>
              {row.state === "failed" ? t("msg.send_again") : t("msg.try_now")}
            </Button>
          )}
          {may.has("unpark") && (
            <Button tone="primary" onPress={() => void act("message_unpark", { id: row.id })}>
              {t("msg.unpark")}
            </Button>
          )}
          {may.has("edit") && <Button onPress={() => setOpen("edit")}>{t("msg.edit")}</Button>}
          {may.has("park") && <Button onPress={() => setOpen("park")}>{t("msg.park")}</Button>}
          {may.has("reprocess") && (
            <Button tone="primary" onPress={() => void act("reprocess", { id: row.id })}>
              {t("msg.reprocess")}
            </Button>
          )}
          {may.has("edit_body") && <Button onPress={() => setOpen("edit_body")}>{t("msg.edit_body")}</Button>}
          {may.has("set_aside") && (
            <Button onPress={() => void act("set_aside", { id: row.id })}>{t("msg.set_aside")}</Button>
          )}
        </div>
      )}
      {message.masked && <Nothing>{t("msg.masked")}</Nothing>}
      {message.body !== null && (
        <Part title={t("msg.body")}>
          <pre className={styles.body}>{pretty(message.body)}</pre>
        </Part>
      )}
      {!row.incoming && (
        <>
          <Part title={t("msg.asked")}>
            <dl className={styles.parts}>
              {message.parts.map((part) => (
                <div key={part.name}>
                  <dt>{part.name.replaceAll("_", " ").replaceAll(".", " › ")}</dt>
                  <dd>{part.value}</dd>
                </div>
              ))}
            </dl>
          </Part>
          <Part title={t("msg.said")}>
            {message.exchanges.length === 0 && <Nothing>{t("msg.no_exchange")}</Nothing>}
            <ol className={styles.exchanges}>
              {message.exchanges.map((exchange, index) => (
                <li key={index}>
                  <p>
                    <code>{exchange.line}</code>
                    <b data-bad={exchange.status === null || exchange.status >= 400 || undefined}>
                      {exchange.status ?? t("msg.no_answer")}
                    </b>
                    <Age at={exchange.at} />
                  </p>
                  {exchange.request && <Body label={t("msg.request")} text={exchange.request} />}
                  <Body label={t("msg.response")} text={exchange.response || t("msg.empty_body")} />
                </li>
              ))}
            </ol>
          </Part>
        </>
      )}
      {open === "park" && <Park id={row.id} about={row.what} onClose={() => setOpen(null)} />}
      {open === "edit" && <Reword message={message} onClose={() => setOpen(null)} />}
      {open === "edit_body" && <Rebody message={message} onClose={() => setOpen(null)} />}
    </>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Body({ label, text }: { label: string; text: string }) {
  return (
    <figure className={styles.figure}>
      <figcaption>{label}</figcaption>
      <pre className={styles.body}>{pretty(text)}</pre>
    </figure>
  );
}
