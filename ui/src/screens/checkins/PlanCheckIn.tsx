// Planning a check-in: the words, whom they go to, the day and the local time.

import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { CheckInsView } from "../../generated/CheckInsView";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Check, SearchField, Select, TextField } from "../../parts/Field";
import { Refused } from "../../parts/Refused";
import { useAsk } from "../door/useAsk";
import styles from "./CheckIns.module.css";

const PANELS = ["all", "en", "es", "chosen"] as const;
const REPEATS = ["once", "daily", "weekly"] as const;
/** So many names are shown; the search finds the others. */
const SHOWN = 50;

export function PlanCheckIn({ view, onClose }: { view: CheckInsView; onClose: (said?: string) => void }) {
  const { t } = useWords();
  const ask = useAsk();
  const [name, setName] = useState("");
  // Until something is typed, a check-in says what the clinic's script for check-ins says.
  const ours = useQuery({
    queryKey: ["script", "check_in"],
    queryFn: () => call("script", { name: "check_in" }),
  });
  const begins = (tongue: string) => {
    const text = ours.data?.texts.find((one) => one.tongue === tongue);
    return text?.own ?? text?.builtin ?? "";
  };
  const [typed, setScript] = useState<string | null>(null);
  const [typedSpanish, setSpanish] = useState<string | null>(null);
  const script = typed ?? begins("en");
  const spanish = typedSpanish ?? begins("es");
  const [panel, setPanel] = useState<(typeof PANELS)[number]>("all");
  const [chosen, setChosen] = useState<string[]>([]);
  const [day, setDay] = useState(() => tomorrow(view.now));
  const [time, setTime] = useState("10:00");
  const [repeat, setRepeat] = useState<(typeof REPEATS)[number]>("once");
  const size =
    panel === "chosen"
      ? chosen.length
      : view.patients.filter((p) => panel === "all" || p.language === panel).length;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const done = await ask.ask("plan_check_in", {
      name,
      script,
      script_es: spanish.trim() === "" ? null : spanish,
      panel,
      mrns: chosen,
      day,
      local_time: time,
      repeat,
    });
    if (done) onClose(done.said);
  };
  return (
    <Dialog title={t("checkin.plan")} about={t("checkin.plan_words")} onClose={() => onClose()}>
      <form className={styles.form} noValidate onSubmit={(event) => void send(event)}>
        <TextField
          label={t("checkin.name")}
          value={name}
          onChange={setName}
          error={ask.at("name")}
          autoFocus
        />
        <TextField
          label={t("checkin.script")}
          hint={t("checkin.script_hint")}
          value={script}
          onChange={setScript}
          rows={3}
          error={ask.at("script")}
        />
        <TextField
          label={t("checkin.script_es")}
          value={spanish}
          onChange={setSpanish}
          rows={2}
          error={ask.at("script_es")}
        />
        <Select
          label={t("checkin.panel")}
          value={panel}
          onChange={setPanel}
          options={PANELS.map((id) => ({ id, label: t(`checkin.panel_${id}`) }))}
        />
        {panel === "chosen" && <Choose view={view} chosen={chosen} onChange={setChosen} />}
        <p className={styles.size} role="status">
          {ask.at("panel") ?? t("checkin.panel_of", { count: size })}
        </p>
        <div className={styles.row}>
          <TextField
            label={t("checkin.day")}
            placeholder="2026-03-05"
            value={day}
            onChange={setDay}
            error={ask.at("day")}
          />
          <TextField
            label={t("checkin.time")}
            placeholder="10:00"
            value={time}
            onChange={setTime}
            error={ask.at("local_time")}
          />
          <Select
            label={t("checkin.repeat")}
            value={repeat}
            onChange={setRepeat}
            options={REPEATS.map((id) => ({ id, label: t(`checkin.repeat_${id}`) }))}
          />
        </div>
        {view.quiet && <p className={styles.when}>{t("checkin.quiet", { hours: view.quiet })}</p>}
        <Refused error={ask.error?.field ? null : ask.error} />
        <DialogFoot>
          <Button onPress={() => onClose()}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit" isDisabled={ask.busy}>
            {t("checkin.plan")}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}

function Choose({
  view,
  chosen,
  onChange,
}: {
  view: CheckInsView;
  chosen: string[];
  onChange: (mrns: string[]) => void;
}) {
  const { t } = useWords();
  const [looking, setLooking] = useState("");
  const wanted = looking.trim().toLowerCase();
  const found = view.patients.filter(
    (p) => wanted === "" || p.name.toLowerCase().includes(wanted) || p.mrn.includes(wanted),
  );
  return (
    <fieldset className={styles.choose}>
      <legend className="visually-hidden">{t("checkin.panel_chosen")}</legend>
      <SearchField
        label={t("checkin.find")}
        clear={t("checkin.clear")}
        value={looking}
        onChange={setLooking}
      />
      <div className={styles.names}>
        {found.slice(0, SHOWN).map((p) => (
          <Check
            key={p.mrn}
            isSelected={chosen.includes(p.mrn)}
            onChange={(on) => onChange(on ? [...chosen, p.mrn] : chosen.filter((mrn) => mrn !== p.mrn))}
          >
            {p.name} <span className={styles.mrn}>{p.mrn}</span>
          </Check>
        ))}
        {found.length > SHOWN && (
          <p className={styles.when}>{t("checkin.more", { count: found.length - SHOWN })}</p>
        )}
        {found.length === 0 && <p className={styles.when}>{t("checkin.nobody")}</p>}
      </div>
    </fieldset>
  );
}

function tomorrow(now: string): string {
  const day = new Date(now);
  day.setDate(day.getDate() + 1);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
