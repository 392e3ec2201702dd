// A conversation as a phone shows it: what was sent on one side, what the patient wrote on the other.

import { IconAlertTriangle, IconCheck, IconChecks, IconClock } from "@tabler/icons-react";
import { useLayoutEffect, useRef } from "react";
import type { MessageView } from "../generated/MessageView";
import { useWords } from "../i18n/useWords";
import { shortTime } from "../words/time";
import styles from "./Thread.module.css";

interface Props {
  messages: MessageView[];
  /** Whose hands hold the phone: it decides which side is which. */
  seenBy: "clinic" | "patient";
  empty: string;
}

const TROUBLE = ["failed", "undelivered", "withheld"];

export function Thread({ messages, seenBy, empty }: Props) {
  const { word, language } = useWords();
  const end = useRef<HTMLLIElement>(null);
  const count = messages.length;
  useLayoutEffect(() => {
    if (seenBy === "patient" && count > 0) end.current?.scrollIntoView({ block: "nearest" });
  }, [count, seenBy]);

  if (count === 0) return <p className={styles.empty}>{empty}</p>;
  return (
    <ol className={styles.thread} data-seen-by={seenBy}>
      {messages.map((message, index) => {
        const mine = message.from_patient === (seenBy === "patient");
        const trouble = TROUBLE.includes(message.status);
        return (
          <li
            key={`${message.at}${index}`}
            className={styles.message}
            data-mine={mine || undefined}
            data-trouble={trouble || undefined}
            ref={index === count - 1 ? end : undefined}
          >
            <p className={styles.body}>{message.body}</p>
            <p className={styles.foot}>
              <time dateTime={message.at}>{shortTime(message.at, language)}</time>
              {seenBy === "clinic" && (
                <>
                  {message.from_patient ? (
                    message.read_as && <b>{message.read_as}</b>
                  ) : (
                    <>
                      <span>{word("purpose", message.purpose)}</span>
                      <span className={styles.status}>
                        <Status status={message.status} trouble={trouble} />
                        {word("status", message.status)}
                      </span>
                    </>
                  )}
                  {message.why && <span className={styles.why}>{message.why}</span>}
                </>
              )}
            </p>
          </li>
        );
      })}
    </ol>
  );
}

function Status({ status, trouble }: { status: string; trouble: boolean }) {
  if (trouble) return <IconAlertTriangle size={12} aria-hidden="true" />;
  if (status === "delivered") return <IconChecks size={12} aria-hidden="true" />;
  if (status === "sent") return <IconCheck size={12} aria-hidden="true" />;
  return <IconClock size={12} aria-hidden="true" />;
}
