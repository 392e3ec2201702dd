// The frame around every screen: where one is, how bad it is, who is on call, how fresh the data is.

import {
  IconActivityHeartbeat,
  IconAdjustments,
  IconCalendarEvent,
  IconChartHistogram,
  IconClockHour4,
  IconFileText,
  IconGhost2,
  IconLayoutList,
  IconMessageHeart,
  IconMessages,
  IconPlugConnected,
  IconRoute,
  IconShieldCheck,
  IconUserHeart,
  IconUsers,
} from "@tabler/icons-react";
import { type ReactNode, useEffect, useState } from "react";
import { useWords } from "../i18n/useWords";
import { Toasts } from "../parts/Toasts";
import { onAlarm, useFrame } from "../state/queries";
import { hrefOf, PARTS_BEGIN, SCREENS, type Screen, useRoute } from "../state/route";
import { Banners } from "./Banners";
import styles from "./Frame.module.css";
import { KeyboardHelp } from "./KeyboardHelp";
import { Mark } from "./Mark";
import { Strip } from "./Strip";
import { TopBar } from "./TopBar";
import { useFrameKeys } from "./useFrameKeys";

const ICONS: Record<Screen, typeof IconLayoutList> = {
  worklist: IconLayoutList,
  visits: IconCalendarEvent,
  patients: IconUserHeart,
  simulator: IconActivityHeartbeat,
  messages: IconMessages,
  connections: IconPlugConnected,
  people: IconUsers,
  audit: IconShieldCheck,
  runbook: IconRoute,
  checkins: IconMessageHeart,
  scripts: IconFileText,
  shadow: IconGhost2,
  settings: IconAdjustments,
  minutes: IconClockHour4,
  measures: IconChartHistogram,
};

export function Frame({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const route = useRoute();
  const frame = useFrame();
  const [help, setHelp] = useState(false);
  useFrameKeys(() => setHelp(true));

  return (
    <div className={styles.frame}>
      <button
        type="button"
        className={styles.skip}
        onClick={() => document.getElementById("screen")?.focus()}
      >
        {t("nav.skip")}
      </button>
      <nav className={styles.rail} aria-label={t("nav.screens")}>
        <div className={styles.mark}>
          <Mark />
        </div>
        <ul className={styles.screens}>
          {SCREENS.map((screen) => {
            const Icon = ICONS[screen];
            return (
              <li key={screen} data-begins={PARTS_BEGIN.includes(screen) || undefined}>
                <a
                  className={styles.to}
                  href={hrefOf(screen)}
                  aria-current={route.screen === screen ? "page" : undefined}
                >
                  <Icon size={20} stroke={1.6} aria-hidden="true" />
                  <span>{t(`nav.${screen}`)}</span>
                </a>
              </li>
            );
          })}
        </ul>
      </nav>
      <TopBar frame={frame.data} onHelp={() => setHelp(true)} />
      <div className={styles.middle}>
        <Banners frame={frame.data} />
        <main id="screen" tabIndex={-1} className={styles.screen}>
          {children}
        </main>
      </div>
      <Strip frame={frame.data} />
      <Toasts />
      <Announcer />
      {help && <KeyboardHelp onClose={() => setHelp(false)} />}
    </div>
  );
}

/** Says alarms to a screen reader; the sound itself is the engine's. */
function Announcer() {
  const [said, setSaid] = useState("");
  useEffect(() => onAlarm((text) => setSaid(text)), []);
  return (
    <div className="visually-hidden" role="alert" aria-live="assertive">
      {said}
    </div>
  );
}
