// Received, judged, patient, clinician, charted: five lamps that answer "is it handled?" in one glance.

import { memo } from "react";
import type { Lamp } from "../generated/Lamp";
import { useWords, type WordsInUse } from "../i18n/useWords";
import { useNow } from "../state/clock";
import { countdown } from "../words/time";
import styles from "./LampRail.module.css";

const SIZE = 20;
const RADIUS = 8.5;
const AROUND = 2 * Math.PI * RADIUS;

type Which = "received" | "judged" | "patient" | "clinician" | "charted";

function sayLamp(lamp: Lamp, { word }: WordsInUse): string {
  const said = `${word("lamp", lamp.which)}: ${word("lamp", lamp.state)}`;
  return lamp.why ? `${said}, ${lamp.why}` : said;
}

function title(lamp: Lamp, words: WordsInUse, now: number): string {
  const said = sayLamp(lamp, words);
  if (!lamp.due || (lamp.state !== "running" && lamp.state !== "late")) return said;
  const left = Date.parse(lamp.due) - now;
  return `${said}, ${
    left >= 0
      ? words.t("lamp.due_in", { left: countdown(left) })
      : words.t("lamp.overdue", { left: countdown(-left) })
  }`;
}

/** How much of a running lamp's time is left, from 1 to 0; nothing to go by shows a full ring. */
export function share(lamp: Lamp, started: number, now: number): number {
  if (!lamp.due) return 1;
  const due = Date.parse(lamp.due);
  const from = lamp.at ? Date.parse(lamp.at) : started;
  if (due <= from) return 1;
  return Math.min(1, Math.max(0, (due - now) / (due - from)));
}

function Running({ lamp, started }: { lamp: Lamp; started: number }) {
  const now = useNow();
  const left = share(lamp, started, now);
  return (
    <circle
      className={styles.arc}
      cx={SIZE / 2}
      cy={SIZE / 2}
      r={RADIUS}
      strokeDasharray={`${AROUND * left} ${AROUND}`}
      transform={`rotate(-90 ${SIZE / 2} ${SIZE / 2})`}
    />
  );
}

export const LampRail = memo(function LampRail({ lamps, openedAt }: { lamps: Lamp[]; openedAt: string }) {
  const words = useWords();
  const { t } = words;
  const now = Date.now();
  return (
    <span
      className={styles.rail}
      role="img"
      aria-label={t("lamp.rail", { said: lamps.map((lamp) => sayLamp(lamp, words)).join("; ") })}
    >
      {lamps.map((lamp, index) => (
        <span key={lamp.which} className={styles.stop} title={title(lamp, words, now)}>
          {index > 0 && <span className={styles.link} data-lit={lamp.state === "done" || undefined} />}
          <svg
            className={styles.lamp}
            data-state={lamp.state}
            width={SIZE}
            height={SIZE}
            viewBox={`0 0 ${SIZE} ${SIZE}`}
            aria-hidden="true"
            focusable="false"
          >
            <circle className={styles.ring} cx={SIZE / 2} cy={SIZE / 2} r={RADIUS} />
            {lamp.state === "running" && <Running lamp={lamp} started={Date.parse(openedAt)} />}
            <text x={SIZE / 2} y={SIZE / 2 + 4.2}>
              {t(`lamp.${lamp.which as Which}_letter`)}
            </text>
            {lamp.state === "impossible" && <path className={styles.cross} d="M4 16 16 4" />}
          </svg>
        </span>
      ))}
    </span>
  );
});
