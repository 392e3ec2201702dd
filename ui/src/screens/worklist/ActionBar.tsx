import {
  IconBell,
  IconClipboardCheck,
  IconClockPause,
  IconMessage2,
  IconNote,
  IconPhone,
  IconUserCheck,
  IconVolumeOff,
} from "@tabler/icons-react";
import type { WorklistRow } from "../../generated/WorklistRow";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import styles from "./ActionBar.module.css";
import { type Asking, allows, firstAct, mayClose, press } from "./acts";

interface Props {
  row: WorklistRow;
  guidance: string | undefined;
  onAsk: (asking: Asking) => void;
}

const OTHERS = [
  { letter: "A", word: "acknowledge", Icon: IconVolumeOff },
  { letter: "C", word: "claim", Icon: IconUserCheck },
  { letter: "T", word: "text", Icon: IconMessage2 },
  { letter: "L", word: "call", Icon: IconPhone },
  { letter: "P", word: "page", Icon: IconBell },
  { letter: "N", word: "note", Icon: IconNote },
  { letter: "S", word: "shelve", Icon: IconClockPause },
] as const;

/** The one next act, large; the others beside it, each with its key. */
export function ActionBar({ row, guidance, onAsk }: Props) {
  const { t } = useWords();
  const first = firstAct(row);
  const act = (letter: string) => {
    const asked = press(letter, row);
    if (asked && asked !== "done") onAsk(asked);
  };
  const close = () => onAsk({ what: first === "complete" ? "complete" : "close", disposition: null });
  return (
    <div className={styles.act}>
      <div className={styles.now}>
        <h3>{t("panel.do_now")}</h3>
        {guidance && <p className={styles.guidance}>{guidance}</p>}
        <div className={styles.first}>
          {first === "acknowledge" && (
            <Button tone="primary" keyHint="A" onPress={() => act("A")}>
              {t("ask.acknowledge_next")}
            </Button>
          )}
          {first === "claim" && (
            <Button tone="primary" keyHint="C" onPress={() => act("C")}>
              {t("ask.claim_next")}
            </Button>
          )}
          {first === "unshelve" && (
            <Button tone="primary" keyHint="S" onPress={() => act("S")}>
              {t("ask.unshelve_next")}
            </Button>
          )}
          {(first === "close" || first === "complete") && (
            <Button tone="primary" keyHint="1–5" onPress={close}>
              {t(`ask.${first}_next`)}
            </Button>
          )}
          <span className={styles.why}>
            {first === "acknowledge" &&
              t("ask.acknowledge_why", { minutes: row.severity === "critical" ? 10 : 60 })}
            {first === "claim" && t("ask.claim_why")}
            {first === "close" && t("ask.close_why")}
            {first === "complete" && t("ask.complete_why")}
            {first === null && t("ask.none")}
          </span>
        </div>
      </div>
      <div className={styles.others} role="toolbar" aria-label={t("panel.actions")}>
        {OTHERS.filter(({ word }) => word !== first && !(word === "shelve" && first === "unshelve")).map(
          ({ letter, word, Icon }) => (
            <Button
              key={letter}
              size="small"
              tone="quiet"
              icon={<Icon size={14} stroke={1.8} aria-hidden="true" />}
              keyHint={letter}
              isDisabled={!allows(row, letter)}
              onPress={() => act(letter)}
              {...(allows(row, letter) ? {} : { title: t("act.not_now") })}
            >
              {word === "shelve" && row.shelf ? t("act.unshelve") : t(`act.${word}`)}
            </Button>
          ),
        )}
        {first !== "close" && first !== "complete" && (
          <Button
            size="small"
            tone="quiet"
            icon={<IconClipboardCheck size={14} stroke={1.8} aria-hidden="true" />}
            keyHint="1–5"
            isDisabled={!mayClose(row)}
            onPress={close}
          >
            {t("act.close")}
          </Button>
        )}
      </div>
    </div>
  );
}
