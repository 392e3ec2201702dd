import { IconAlertTriangle, IconCheck, IconMinus } from "@tabler/icons-react";
import type { Lamp } from "../../generated/Lamp";
import { useWords } from "../../i18n/useWords";
import { share } from "../../parts/LampRail";
import { useNow } from "../../state/clock";
import { clockTime, countdown } from "../../words/time";
import styles from "./LampSteps.module.css";

/** The five lamps with their words and times: the row's rail, spelled out. */
export function LampSteps({ lamps, openedAt }: { lamps: Lamp[]; openedAt: string }) {
  const { word } = useWords();
  return (
    <ol className={styles.steps}>
      {lamps.map((lamp) => (
        <li key={lamp.which} className={styles.step} data-state={lamp.state} title={lamp.why ?? undefined}>
          <span className={styles.bar}>
            {lamp.state === "running" && <Fill lamp={lamp} openedAt={openedAt} />}
          </span>
          <b>
            {lamp.state === "done" && <IconCheck size={12} stroke={2.4} aria-hidden="true" />}
            {lamp.state === "late" && <IconAlertTriangle size={12} stroke={2} aria-hidden="true" />}
            {lamp.state === "impossible" && <IconMinus size={12} stroke={2.4} aria-hidden="true" />}
            {word("lamp", lamp.which)}
          </b>
          <Said lamp={lamp} />
        </li>
      ))}
    </ol>
  );
}

function Fill({ lamp, openedAt }: { lamp: Lamp; openedAt: string }) {
  const now = useNow();
  const left = share(lamp, Date.parse(openedAt), now);
  return <i style={{ transform: `scaleX(${lamp.due ? 1 - left : 0.5})` }} />;
}

function Said({ lamp }: { lamp: Lamp }) {
  const { word, language } = useWords();
  const now = useNow();
  if (lamp.state === "done" && lamp.at) return <span>{clockTime(lamp.at, language)}</span>;
  if ((lamp.state === "running" || lamp.state === "late") && lamp.due) {
    return (
      <span>
        <span className="visually-hidden">{word("lamp", lamp.state)} </span>
        {countdown(Date.parse(lamp.due) - now)}
      </span>
    );
  }
  return <span>{lamp.state === "impossible" && lamp.why ? lamp.why : word("lamp", lamp.state)}</span>;
}
