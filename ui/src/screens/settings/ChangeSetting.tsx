import { type FormEvent, useMemo, useState } from "react";
import type { BacktestArgs } from "../../generated/BacktestArgs";
import type { SettingRight } from "../../generated/SettingRight";
import type { SettingView } from "../../generated/SettingView";
import { useWords } from "../../i18n/useWords";
import { BackTest } from "../../parts/BackTest/BackTest";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { sayDone } from "../../state/toasts";
import { useAsk } from "../door/useAsk";
import { Editor, type Typed } from "./Editor";
import type { Before } from "./Settings";
import styles from "./Settings.module.css";
import { nameOf, parsed, together, whatOf } from "./value";

/** One setting, or two that only fit each other, with the reason and the order that its right asks for. */
export function ChangeSetting({
  one,
  all,
  rights,
  clinicians,
  onClose,
  onSaved,
}: {
  one: SettingView;
  all: SettingView[];
  rights: SettingRight[];
  clinicians: string[];
  onClose: () => void;
  onSaved: (changed: Before[]) => void;
}) {
  const { t } = useWords();
  const ask = useAsk();
  const names = together(one.name);
  const edited = names
    .map((name) => (name === one.name ? one : all.find((other) => other.name === name)))
    .filter((s) => s !== undefined);
  const [typed, setTyped] = useState<Record<string, Typed>>(() =>
    Object.fromEntries(edited.map((setting) => [setting.name, { value: parsed(setting.value) }])),
  );
  const [round, setRound] = useState(0);
  const [why, setWhy] = useState("");
  const [orderedBy, setOrderedBy] = useState("");
  const rightOf = rights.filter((right) => names.includes(right.name));
  const needsWhy = rightOf.some((right) => right.needs_why);
  const needsOrder = rightOf.some((right) => right.needs_order);
  const faulty = Object.values(typed).some((one_) => "fault" in one_);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const inForce = (name: string) => all.find((setting) => setting.name === name)?.value;
    const changed = edited.filter((setting) => {
      const now = typed[setting.name];
      return (
        now &&
        "value" in now &&
        (setting.name === one.name || JSON.stringify(now.value) !== inForce(setting.name))
      );
    });
    const settings = Object.fromEntries(
      changed.map((setting) => [setting.name, (typed[setting.name] as { value: unknown }).value]),
    );
    const before = changed.map(({ name }) => ({ name, was: inForce(name) ?? "null" }));
    const done = await ask.ask("change_settings", { settings, why, ordered_by: orderedBy || null });
    if (done) {
      sayDone(done);
      onSaved(before);
    }
  };
  const limits = one.kind === "limits" ? typed[one.name] : undefined;
  // What is typed is tried on the stored readings before it is saved.
  const proposed = limits && "value" in limits ? JSON.stringify(limits.value) : null;
  const change = useMemo<BacktestArgs | null>(
    () =>
      proposed === null || proposed === one.value
        ? null
        : { mrn: null, bounds: {}, stat: null, settings: { [one.name]: JSON.parse(proposed) as unknown } },
    [proposed, one.name, one.value],
  );
  const asShipped = () => {
    setTyped(Object.fromEntries(edited.map((setting) => [setting.name, { value: parsed(setting.default) }])));
    setRound(round + 1);
  };
  return (
    <Dialog
      title={nameOf(t, one.name)}
      about={whatOf(t, one.name)}
      onClose={onClose}
      wide={one.kind === "filters" || one.kind === "limits"}
    >
      <form className={styles.form} onSubmit={(event) => void send(event)}>
        {edited.map((setting, at) => {
          const now = typed[setting.name];
          const value = now && "value" in now ? now.value : parsed(setting.value);
          return (
            <Editor
              // What is typed lives in the field: put back as shipped, it begins anew.
              key={`${setting.name} ${round}`}
              one={setting}
              value={value}
              onTyped={(next) => {
                ask.forget();
                setTyped((known) => ({ ...known, [setting.name]: next }));
              }}
              error={ask.at(setting.name)}
              autoFocus={at === 0}
            />
          );
        })}
        {one.kind === "limits" && <BackTest change={change} />}
        {needsOrder && (
          <TextField
            label={t("settings.ordered_by")}
            hint={clinicians.length > 0 ? clinicians.join(", ") : t("settings.ordered_hint")}
            value={orderedBy}
            onChange={setOrderedBy}
            error={ask.at("ordered_by")}
          />
        )}
        {needsWhy && (
          <TextField
            label={t("settings.why")}
            hint={t("settings.why_hint")}
            value={why}
            onChange={setWhy}
            error={ask.at("why")}
          />
        )}
        <Refused
          error={
            ask.error && ["why", "ordered_by", ...names].includes(ask.error.field ?? "") ? null : ask.error
          }
        />
        <DialogFoot
          note={
            <Button tone="quiet" onPress={asShipped}>
              {t("settings.to_default")}
            </Button>
          }
        >
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit" isDisabled={ask.busy || faulty}>
            {t("settings.save")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
