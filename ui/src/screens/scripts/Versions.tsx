// What a script was: who changed it, when and why, the difference to the editor, and a way back.

import { useState } from "react";
import type { ScriptVersionView } from "../../generated/ScriptVersionView";
import type { ScriptView } from "../../generated/ScriptView";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { Card } from "../../parts/Screen";
import { Age } from "../../parts/Times";
import { sayDone } from "../../state/toasts";
import { difference } from "../../words/diff";
import { useAsk } from "../door/useAsk";
import { scriptsChanged, type Tongue } from "./Editor";
import styles from "./Scripts.module.css";

interface Props {
  script: ScriptView;
  tongue: Tongue;
  draft: string;
  mayChange: boolean;
}

/** A version in the list; the built-in words are the oldest of all. */
type Old = { id: number | null; text: string; version: ScriptVersionView | null; current: boolean };

export function Versions({ script, tongue, draft, mayChange }: Props) {
  const { t } = useWords();
  const [compared, setCompared] = useState<number | null | undefined>(undefined);
  const [restoring, setRestoring] = useState<Old | null>(null);
  const text = script.texts.find((one) => one.tongue === tongue);
  const builtin = text?.builtin ?? "";
  const versions: Old[] = script.versions
    .filter((version) => version.tongue === tongue)
    .map((version) => ({ id: version.id, text: version.text ?? builtin, version, current: version.current }));
  versions.push({ id: null, text: builtin, version: null, current: versions.length === 0 });
  return (
    <Card title={t("scripts.versions")}>
      <ol className={styles.versions}>
        {versions.map((old) => (
          <li key={old.id ?? "builtin"}>
            <div className={styles.version}>
              <span>
                {old.version ? (
                  <>
                    <b>{old.version.by}</b> <Age at={old.version.at} />
                    {old.version.text === null && <em> {t("scripts.version_builtin")}</em>}
                  </>
                ) : (
                  <b>{t("scripts.version_builtin")}</b>
                )}
                {old.current && <em> {t("scripts.version_now")}</em>}
                {old.version && <q>{old.version.why || t("scripts.by_file")}</q>}
              </span>
              <span className={styles.acts}>
                <Button
                  size="small"
                  tone="quiet"
                  aria-expanded={compared === old.id}
                  onPress={() => setCompared(compared === old.id ? undefined : old.id)}
                >
                  {t(compared === old.id ? "scripts.compare_hide" : "scripts.compare")}
                </Button>
                {mayChange && !old.current && (
                  <Button size="small" onPress={() => setRestoring(old)}>
                    {t("scripts.restore")}
                  </Button>
                )}
              </span>
            </div>
            {compared === old.id && <Difference before={old.text} after={draft} />}
          </li>
        ))}
      </ol>
      {restoring && (
        <Restore script={script} tongue={tongue} old={restoring} onClose={() => setRestoring(null)} />
      )}
    </Card>
  );
}

function Difference({ before, after }: { before: string; after: string }) {
  const { t } = useWords();
  return (
    <figure className={styles.difference}>
      <figcaption>{t("scripts.compare_words")}</figcaption>
      <p>
        {difference(before, after).map((change, index) =>
          change.kind === "same" ? (
            <span key={index}>{change.text}</span>
          ) : change.kind === "gone" ? (
            <del key={index}>
              <span className="visually-hidden">{t("scripts.gone")} </span>
              {change.text}
            </del>
          ) : (
            <ins key={index}>
              <span className="visually-hidden">{t("scripts.came")} </span>
              {change.text}
            </ins>
          ),
        )}
      </p>
    </figure>
  );
}

function Restore({
  script,
  tongue,
  old,
  onClose,
}: {
  script: ScriptView;
  tongue: Tongue;
  old: Old;
  onClose: () => void;
}) {
  const { t } = useWords();
  const ask = useAsk();
  const [why, setWhy] = useState("");
  const restore = async () => {
    const done = await ask.ask("restore_script", {
      name: script.name,
      tongue,
      version: old.version?.text === null ? null : old.id,
      why,
    });
    if (!done) return;
    sayDone(done);
    scriptsChanged();
    onClose();
  };
  return (
    <Dialog title={t("scripts.restore_title")} about={t("scripts.restore_words")} onClose={onClose}>
      <form
        className={styles.restore}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void restore();
        }}
      >
        <p className={styles.bubble}>{old.text}</p>
        <TextField
          label={t("scripts.why")}
          hint={t("scripts.why_hint")}
          value={why}
          onChange={setWhy}
          error={ask.at("why") ?? ask.at("version")}
          autoFocus
        />
        <Refused error={ask.error} />
        <DialogFoot>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit" isDisabled={ask.busy}>
            {t("scripts.restore")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
