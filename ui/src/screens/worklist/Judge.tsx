import { IconArrowsSplit2, IconCheck, IconClock, IconX } from "@tabler/icons-react";
import type { JudgementView } from "../../generated/JudgementView";
import type { WorklistRow } from "../../generated/WorklistRow";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { clockTime } from "../../words/time";
import { OPINION_KEYS, type Opinion } from "../shadow/opinions";
import { type Asking, allows, press } from "./acts";
import styles from "./Judge.module.css";

const ICONS = { agree: IconCheck, disagree: IconArrowsSplit2, not_needed: IconX };

/** In shadow mode: what the nurse herself would have done, in one press. */
export function Judge({
  row,
  said,
  onAsk,
}: {
  row: WorklistRow;
  said: JudgementView | null;
  onAsk: (asking: Asking) => void;
}) {
  const { t, language } = useWords();
  const act = (letter: string) => {
    const asked = press(letter, row);
    if (asked && asked !== "done") onAsk(asked);
  };
  const may = allows(row, "Y");
  return (
    <section className={styles.judge} aria-label={t("judge.title")}>
      <h3>{t("judge.title")}</h3>
      {said ? (
        <p className={styles.said}>
          <b>{t("judge.said", { name: said.by, what: t(`judge.said_${said.opinion as Opinion}`) })}</b>
          {said.why && <span>{said.why}</span>}
          {said.acted_at && <span>{clockTime(said.acted_at, language)}</span>}
        </p>
      ) : (
        <p className={styles.words}>{t("judge.words")}</p>
      )}
      <div className={styles.buttons}>
        {(["agree", "disagree", "not_needed"] as const).map((opinion) => {
          const Icon = ICONS[opinion];
          return (
            <Button
              key={opinion}
              size="small"
              icon={<Icon size={14} stroke={1.8} aria-hidden="true" />}
              keyHint={OPINION_KEYS[opinion]}
              isDisabled={!may}
              onPress={() => act(OPINION_KEYS[opinion])}
            >
              {t(`judge.${opinion}`)}
            </Button>
          );
        })}
        <Button
          size="small"
          tone="quiet"
          icon={<IconClock size={14} stroke={1.8} aria-hidden="true" />}
          isDisabled={!may}
          onPress={() => onAsk({ what: "judge", opinion: "agree" })}
        >
          {t("judge.agree_when")}
        </Button>
      </div>
    </section>
  );
}
