import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import type { HookView } from "../../generated/HookView";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Age } from "../../parts/Times";
import styles from "./Connections.module.css";

/** Copies by the clipboard, or by a selected field where a page may not use it. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("aria-hidden", "true");
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** `shown`: the key is in the addresses; else they are of no use to copy. */
export function Hooks({ hooks, shown }: { hooks: HookView[]; shown: boolean }) {
  return (
    <ul className={styles.hooks}>
      {hooks.map((hook) => (
        <Hook key={hook.url} hook={hook} shown={shown} />
      ))}
    </ul>
  );
}

function Hook({ hook, shown }: { hook: HookView; shown: boolean }) {
  const { t, language } = useWords();
  const [copied, setCopied] = useState(false);
  return (
    <li>
      <p className={styles.effect}>
        <b>{hook.name}</b>
        <span className={styles.facts}>
          <span>{t("con.received", { number: hook.received_today.toLocaleString(language) })}</span>
          {hook.refused_today > 0 && (
            <span>{t("con.refused_n", { number: hook.refused_today.toLocaleString(language) })}</span>
          )}
          {hook.last_at ? <Age at={hook.last_at} /> : <span>{t("con.never")}</span>}
        </span>
      </p>
      <p className={styles.url}>
        <code title={shown ? undefined : t("connect.hidden_key")}>{hook.url}</code>
        {shown && (
          <Button
            size="small"
            tone="quiet"
            aria-label={`${t("con.copy")}: ${hook.name}`}
            icon={
              copied ? <IconCheck size={14} aria-hidden="true" /> : <IconCopy size={14} aria-hidden="true" />
            }
            onPress={async () => {
              if (!(await copy(hook.url))) return;
              setCopied(true);
              window.setTimeout(() => setCopied(false), 2_000);
            }}
          >
            {copied ? t("con.copied") : t("con.copy")}
          </Button>
        )}
      </p>
    </li>
  );
}
