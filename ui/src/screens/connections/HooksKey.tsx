// The secret part of the hooks' addresses: how old it is, a new one, and the end of the former.

import { useState } from "react";
import type { SetUpView } from "../../generated/SetUpView";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Select } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { queries } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import { exact } from "../../words/time";
import { useAsk } from "../door/useAsk";
import styles from "./VendorCard.module.css";

const GRACE = ["24", "72", "168", "0"] as const;
type Grace = (typeof GRACE)[number];

export function HooksKey({ view }: { view: SetUpView }) {
  const { t, language } = useWords();
  const ask = useAsk();
  const [open, setOpen] = useState(false);
  const [grace, setGrace] = useState<Grace>("24");
  const { former_until, former_used_at, made_at } = view.hooks_key;
  const when = (at: string) => exact(at, language, Date.parse(view.now));
  const over = (done: { said: string } | null) => {
    if (!done) return;
    setOpen(false);
    sayDone({ said: done.said, undo: null });
    void queries.invalidateQueries({ queryKey: ["connection_set_up"] });
    void queries.invalidateQueries({ queryKey: ["connections"] });
  };
  return (
    <div className={styles.key}>
      <p>
        <b>{t("connect.key")}</b>{" "}
        <span className={styles.quiet}>
          {made_at ? t("connect.key_made", { date: when(made_at) }) : t("connect.key_first")}
        </span>
      </p>
      {former_until && (
        <p className={styles.former}>
          {t("connect.former", { date: when(former_until) })}{" "}
          {former_used_at
            ? t("connect.former_used", { date: when(former_used_at) })
            : t("connect.former_unused")}
        </p>
      )}
      {view.may_change && (
        <span className={styles.acts}>
          {former_until && (
            <Button
              size="small"
              tone="quiet"
              isDisabled={ask.busy}
              onPress={async () => over(await ask.ask("end_former_hooks_key", {}))}
            >
              {t("connect.former_end")}
            </Button>
          )}
          <Button size="small" onPress={() => setOpen(true)}>
            {t("connect.key_new")}
          </Button>
        </span>
      )}
      {open && (
        <Dialog title={t("connect.key_title")} onClose={() => setOpen(false)}>
          <p>{t("connect.key_title_words")}</p>
          <Select
            label={t("connect.key_grace")}
            value={grace}
            onChange={setGrace}
            options={GRACE.map((id) => ({ id, label: t(`connect.key_grace_${id}`) }))}
          />
          <Refused error={ask.error} />
          <DialogFoot>
            <Button onPress={() => setOpen(false)}>{t("act.cancel")}</Button>
            <Button
              tone="primary"
              isDisabled={ask.busy}
              onPress={async () => over(await ask.ask("new_hooks_key", { grace_hours: Number(grace) }))}
            >
              {t("connect.key_make")}
            </Button>
          </DialogFoot>
        </Dialog>
      )}
    </div>
  );
}
