import { IconBan, IconCheck, IconHourglass } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { Disclosure, DisclosurePanel, Button as PlainButton } from "react-aria-components";
import type { QuarantineRow } from "../../generated/QuarantineRow";
import { asUserError, call } from "../../host";
import { en } from "../../i18n/en";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Nothing } from "../../parts/States";
import { Switch } from "../../parts/Switch";
import { Age } from "../../parts/Times";
import { queries } from "../../state/queries";
import { sayDone, sayError } from "../../state/toasts";
import styles from "./Connections.module.css";
import { sourceName } from "./source";

const ICONS: Record<string, typeof IconCheck> = { reprocessed: IconCheck, set_aside: IconBan };

async function settle(name: "reprocess" | "set_aside", id: number) {
  try {
    sayDone(await call(name, { id }));
  } catch (thrown) {
    sayError(asUserError(thrown));
  }
  void queries.invalidateQueries({ queryKey: ["connections"] });
  void queries.invalidateQueries({ queryKey: ["frame"] });
}

/** What came in and could not be used: the reason, the body as received, and two ways to settle it. */
export function Quarantine({ rows }: { rows: QuarantineRow[] }) {
  const { t } = useWords();
  const [settled, setSettled] = useState(false);
  const [aside, setAside] = useState<QuarantineRow | null>(null);
  const waiting = rows.filter((row) => row.state === "waiting");
  const shown = settled ? rows : waiting;
  return (
    <>
      {rows.length > waiting.length && (
        <div className={styles.settled}>
          <Switch isSelected={settled} onChange={setSettled}>
            {t("con.show_settled")}
          </Switch>
        </div>
      )}
      {shown.length === 0 && <Nothing>{t("con.quarantine_empty")}</Nothing>}
      <ul className={styles.quarantine}>
        {shown.map((row) => (
          <Held key={row.id} row={row} onAside={() => setAside(row)} />
        ))}
      </ul>
      {aside && (
        <Dialog title={t("con.set_aside_title")} about={aside.detail} onClose={() => setAside(null)}>
          <p>{t("con.set_aside_words")}</p>
          <DialogFoot>
            <Button onPress={() => setAside(null)}>{t("act.cancel")}</Button>
            <Button
              tone="primary"
              autoFocus
              onPress={() => {
                setAside(null);
                void settle("set_aside", aside.id);
              }}
            >
              {t("con.set_aside")}
            </Button>
          </DialogFoot>
        </Dialog>
      )}
    </>
  );
}

function Held({ row, onAside }: { row: QuarantineRow; onAside: () => void }) {
  const { t } = useWords();
  const busy = useRef(false);
  const waiting = row.state === "waiting";
  const Icon = ICONS[row.state] ?? IconHourglass;
  const reason = (row.reason in en.con.reason ? row.reason : "other") as keyof typeof en.con.reason;
  const state = row.state as "waiting" | "reprocessed" | "set_aside";
  return (
    <li data-settled={!waiting || undefined} data-testid={`quarantine-${row.id}`}>
      <Icon size={16} aria-hidden="true" className={styles.heldIcon!} />
      <div className={styles.held}>
        <p className={styles.effect}>
          <b>{t(`con.reason.${reason}`)}</b>
          <span>{sourceName(row.source)}</span>
          {row.patient && (
            <span>
              {row.patient.name} · {t("list.mrn", { mrn: row.patient.mrn })}
            </span>
          )}
          <span className={styles.end}>
            {!waiting && `${t(`con.state_${state}`)} · `}
            <Age at={row.at} />
          </span>
        </p>
        <p>{row.detail}</p>
        {row.field && <code className={styles.field}>{row.field}</code>}
        <Disclosure>
          <div className={styles.acts}>
            {waiting && (
              <Button
                size="small"
                onPress={async () => {
                  if (busy.current) return;
                  busy.current = true;
                  await settle("reprocess", row.id);
                  busy.current = false;
                }}
              >
                {t("con.try_again")}
              </Button>
            )}
            {waiting && (
              <Button size="small" tone="quiet" onPress={onAside}>
                {t("con.set_aside")}
              </Button>
            )}
            <PlainButton slot="trigger" className={styles.bodyTrigger!}>
              {t("con.body")}
            </PlainButton>
          </div>
          <DisclosurePanel>
            <pre className={styles.body}>{pretty(row.body)}</pre>
          </DisclosurePanel>
        </Disclosure>
      </div>
    </li>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
