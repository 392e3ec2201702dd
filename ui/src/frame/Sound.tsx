import { IconBellRinging, IconVolume, IconVolumeOff } from "@tabler/icons-react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import type { SoundView } from "../generated/SoundView";
import { asUserError, call } from "../host";
import { useWords } from "../i18n/useWords";
import { useNow } from "../state/clock";
import { queries } from "../state/queries";
import { sayDone, sayError } from "../state/toasts";
import { countdown } from "../words/time";
import menu from "./Menu.module.css";
import styles from "./Sound.module.css";

const MINUTES = [2, 5, 15];

async function mute(minutes: number) {
  try {
    sayDone(await call("mute", { minutes }));
  } catch (thrown) {
    sayError(asUserError(thrown));
  }
  void queries.invalidateQueries({ queryKey: ["frame"] });
}

async function test() {
  try {
    sayDone(await call("sound_test", {}));
  } catch (thrown) {
    sayError(asUserError(thrown));
  }
}

/** What sounds now, and a mute that always ends by itself. */
export function Sound({ sound }: { sound: SoundView }) {
  const { t } = useWords();
  const now = useNow();
  const left = sound.muted_until ? Date.parse(sound.muted_until) - now : 0;
  const muted = left > 0;
  const sounding = sound.sounding as "critical" | "abnormal" | "link_lost" | null;
  const said = !sound.available
    ? t("sound.unavailable")
    : muted
      ? t("sound.muted", { left: countdown(left) })
      : sounding
        ? t(`sound.sounding_${sounding}`)
        : t("sound.quiet");
  const Icon = muted || !sound.available ? IconVolumeOff : sounding ? IconBellRinging : IconVolume;
  return (
    <MenuTrigger>
      <Button
        className={styles.sound!}
        data-sounding={(sound.available && !muted && sounding) || undefined}
        data-muted={muted || undefined}
        aria-label={`${t("sound.title")}: ${said}`}
      >
        <Icon size={18} stroke={1.6} aria-hidden="true" />
        {(muted || sounding || !sound.available) && <span>{said}</span>}
      </Button>
      <Popover className={menu.popover!} placement="bottom end">
        <p className={menu.words}>{sound.available ? t("sound.rule") : t("sound.unavailable_words")}</p>
        <Menu
          className={menu.menu!}
          aria-label={t("sound.title")}
          onAction={(key) => (key === "test" ? void test() : void mute(Number(key)))}
        >
          {MINUTES.map((minutes) => (
            <MenuItem key={minutes} id={String(minutes)} className={menu.item!}>
              {t("sound.mute_for", { minutes })}
            </MenuItem>
          ))}
          {muted ? (
            <MenuItem id="0" className={menu.item!}>
              {t("sound.unmute")}
            </MenuItem>
          ) : null}
          <MenuItem id="test" className={menu.item!}>
            {t("sound.test")}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
