import { IconAlertTriangle, IconArrowRight, IconCheck, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import type { SimOutcome } from "../../generated/SimOutcome";
import type { SimPatient } from "../../generated/SimPatient";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { NumberField, Select } from "../../parts/Field";
import { engineNow } from "../../state/clock";
import { hrefOf } from "../../state/route";
import { clockTime } from "../../words/time";
import styles from "./Reading.module.css";
import { useSimulate } from "./useSimulate";
import { type Draft, draftOf, PRESETS, type Preset, UNITS, VITALS, type Vital } from "./vitals";

const AGES = [0, 5, 30, 120, 26 * 60] as const;
const KEPT = 6;

// The outcomes of this visit, newest first; kept while other patients are played.
let outcomes: { at: number; what: string; outcome: SimOutcome }[] = [];

/** Sends a reading as a device cloud would, and says what became of it. */
export function Reading({ patient }: { patient: SimPatient }) {
  const { t, word, language } = useWords();
  const { simulate } = useSimulate();
  const [draft, setDraft] = useState<Draft>(() => draftOf("bp", "abnormal"));
  const [, redraw] = useState(0);
  const units = UNITS[draft.vital];
  const isBp = draft.vital === "bp";
  const unit = units.find((each) => each.code === draft.unit)?.label ?? "";

  const send = async () => {
    const outcome = await simulate("sim_reading", {
      mrn: patient.patient.mrn,
      vital: draft.vital,
      value: isBp ? null : draft.value,
      systolic: isBp ? draft.systolic : null,
      diastolic: isBp ? draft.diastolic : null,
      unit: draft.unit || null,
      minutes_ago: draft.minutesAgo,
    });
    if (!outcome) return;
    const what = `${patient.patient.name} · ${isBp ? `${draft.systolic}/${draft.diastolic}` : draft.value} ${unit}`;
    outcomes = [{ at: engineNow(), what, outcome }, ...outcomes].slice(0, KEPT);
    redraw((n) => n + 1);
  };

  return (
    <section className={styles.card} aria-labelledby="sim-reading">
      <header>
        <h2 id="sim-reading">{t("sim.reading")}</h2>
        <p>{t("sim.reading_words")}</p>
      </header>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <ToggleButtonGroup
          className={styles.vitals!}
          aria-label={t("sim.vital")}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[draft.vital]}
          onSelectionChange={(keys) => {
            const vital = [...keys][0] as Vital;
            setDraft(draftOf(vital, PRESETS[vital].abnormal ? "abnormal" : "normal"));
          }}
        >
          {VITALS.map((vital) => (
            <ToggleButton key={vital} id={vital} className={styles.vital!}>
              {word("vital", vital)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <div className={styles.presets} role="group" aria-label={t("sim.presets")}>
          {(["normal", "abnormal", "critical"] as Preset[])
            .filter((preset) => PRESETS[draft.vital][preset])
            .map((preset) => (
              <Button key={preset} size="small" onPress={() => setDraft(draftOf(draft.vital, preset))}>
                {t(`sim.preset_${preset as "normal" | "abnormal" | "critical"}`)}
              </Button>
            ))}
          {draft.vital === "weight" && (
            <Button
              size="small"
              onPress={() => setDraft({ ...draftOf("weight"), value: 13, unit: "[stone_av]" })}
            >
              {t("sim.preset_odd")}
            </Button>
          )}
        </div>
        <div className={styles.fields}>
          {isBp ? (
            <>
              <NumberField
                label={t("sim.systolic")}
                value={draft.systolic}
                onChange={(systolic) => setDraft({ ...draft, systolic })}
                unit="mmHg"
              />
              <NumberField
                label={t("sim.diastolic")}
                value={draft.diastolic}
                onChange={(diastolic) => setDraft({ ...draft, diastolic })}
                unit="mmHg"
              />
            </>
          ) : (
            <>
              <NumberField
                label={t("sim.value")}
                value={draft.value}
                onChange={(value) => setDraft({ ...draft, value })}
                {...(units.length === 1 ? { unit } : {})}
              />
              {units.length > 1 && (
                <Select
                  label={t("sim.unit")}
                  value={draft.unit || "kept"}
                  onChange={(code) => setDraft({ ...draft, unit: code === "kept" ? "" : code })}
                  options={units.map((each) => ({ id: each.code || "kept", label: each.label }))}
                />
              )}
            </>
          )}
          <Select
            label={t("sim.measured")}
            value={String(draft.minutesAgo)}
            onChange={(minutes) => setDraft({ ...draft, minutesAgo: Number(minutes) })}
            options={AGES.map((minutes) => ({
              id: String(minutes),
              label:
                minutes === 0
                  ? t("sim.measured_now")
                  : minutes >= 1_440
                    ? t("sim.measured_days", { days: Math.round(minutes / 144) / 10 })
                    : t("sim.measured_ago", { minutes }),
            }))}
          />
        </div>
        <Button
          tone="primary"
          type="submit"
          isDisabled={isBp ? Number.isNaN(draft.systolic + draft.diastolic) : Number.isNaN(draft.value)}
          icon={<IconSend size={16} aria-hidden="true" />}
        >
          {t("sim.send")}
        </Button>
      </form>
      <ol className={styles.outcomes} aria-label={t("sim.result")} aria-live="polite">
        {outcomes.map(({ at, what, outcome }) => {
          const well = outcome.outcome === "kept" || outcome.outcome === "duplicate";
          return (
            <li key={at}>
              {well ? (
                <IconCheck size={14} aria-hidden="true" />
              ) : (
                <IconAlertTriangle size={14} aria-hidden="true" />
              )}
              <div>
                <p>
                  <b>{word("sim", outcome.outcome)}</b> {outcome.said}
                </p>
                <p className={styles.what}>
                  {what} · {clockTime(at, language)}
                </p>
              </div>
              {outcome.row && (
                <a href={hrefOf("worklist", outcome.row)}>
                  {t("sim.open_row")} <IconArrowRight size={12} aria-hidden="true" />
                </a>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}
