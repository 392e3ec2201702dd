import { useState } from "react";
import type { MinuteEntry } from "../../generated/MinuteEntry";
import type { PatientMinutes } from "../../generated/PatientMinutes";
import { call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { Card } from "../../parts/Screen";
import { Nothing } from "../../parts/States";
import { hrefOf } from "../../state/route";
import { shortTime } from "../../words/time";
import { Form } from "../shadow/Form";
import { useSend } from "../shadow/useSend";
import styles from "./Minutes.module.css";

type Activity = "episode" | "call" | "video" | "reading_review" | "care_plan" | "education" | "coordination";

/** Each entry of one patient's month, with who and when; what was taken back stays in sight. */
export function Entries({ one, works, onLog }: { one: PatientMinutes; works: boolean; onLog: () => void }) {
  const { t, language } = useWords();
  const [striking, setStriking] = useState<MinuteEntry | null>(null);
  return (
    <Card
      title={t("minutes.entries", { name: one.patient.name || one.patient.mrn })}
      actions={
        works && (
          <Button size="small" onPress={onLog}>
            {t("minutes.log")}
          </Button>
        )
      }
    >
      {one.entries.length === 0 && <Nothing>{t("minutes.nothing_logged")}</Nothing>}
      <ul className={styles.entries}>
        {one.entries.map((entry) => (
          <li key={`${entry.id ?? entry.row}`} data-struck={entry.struck !== null || undefined}>
            <time dateTime={entry.at}>{shortTime(entry.at, language)}</time>
            <b>
              {entry.minutes} {t("minutes.min")}
            </b>
            <span>{entry.program.toUpperCase()}</span>
            <span className={styles.what}>
              {t(`minutes.activity_${entry.activity as Activity}`)}
              {entry.contact && <i>{t("minutes.contact")}</i>}
              {entry.note && <span>{entry.note}</span>}
              {entry.struck && <em>{t("minutes.struck", { who: entry.struck })}</em>}
            </span>
            <span className={styles.by}>{entry.by}</span>
            <span className={styles.act}>
              {entry.row && <a href={hrefOf("worklist", entry.row)}>{t("minutes.open_row")}</a>}
              {works && entry.id !== null && entry.struck === null && (
                <Button size="small" tone="quiet" onPress={() => setStriking(entry)}>
                  {t("minutes.strike")}
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
      {striking && <Strike entry={striking} onClose={() => setStriking(null)} />}
    </Card>
  );
}

function Strike({ entry, onClose }: { entry: MinuteEntry; onClose: () => void }) {
  const { t } = useWords();
  const sending = useSend(onClose);
  const [why, setWhy] = useState("");
  return (
    <Form
      title={t("minutes.strike_title")}
      about={`${entry.minutes} ${t("minutes.min")} · ${entry.by}`}
      words={t("minutes.strike_words")}
      verb={t("minutes.strike")}
      tone="danger"
      ready={why.trim() !== ""}
      fields={["why"]}
      sending={sending}
      onSend={() => void sending.send(() => call("strike_minutes", { id: entry.id as number, why }))}
      onClose={onClose}
    >
      <TextField
        label={t("minutes.why")}
        value={why}
        onChange={setWhy}
        autoFocus
        error={sending.fieldError("why")}
      />
    </Form>
  );
}
