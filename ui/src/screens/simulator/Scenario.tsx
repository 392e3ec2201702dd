import { IconAlertTriangle, IconCheck, IconFileUpload, IconPlayerPlay } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { Disclosure, DisclosurePanel, FileTrigger, Button as PlainButton } from "react-aria-components";
import type { PlayedScenario } from "../../generated/PlayedScenario";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { TextField } from "../../parts/Field";
import { useErrorWords } from "../../parts/States";
import { exact } from "../../words/time";
import { EXAMPLE } from "./example";
import styles from "./Scenario.module.css";

let typedBefore = "";

/** Plays a scenario file beside the live day and shows its transcript and differences. */
export function Scenario({ last }: { last: PlayedScenario | null }) {
  const { t } = useWords();
  const wordsOf = useErrorWords();
  const [text, setText] = useState(typedBefore);
  const [played, setPlayed] = useState<PlayedScenario | null>(null);
  const [error, setError] = useState<UserError | null>(null);
  const busy = useRef(false);
  const change = (to: string) => {
    typedBefore = to;
    setText(to);
    setError(null);
  };
  const play = async () => {
    if (busy.current) return;
    busy.current = true;
    setError(null);
    try {
      setPlayed(await call("sim_play", { text }));
    } catch (thrown) {
      setError(asUserError(thrown));
    } finally {
      busy.current = false;
    }
  };
  const shown = played ?? last;
  const words = error ? wordsOf(error) : null;
  return (
    <section className={styles.card} aria-labelledby="sim-scenario">
      <header>
        <h2 id="sim-scenario">{t("sim.scenario")}</h2>
        <p>{t("sim.scenario_words")}</p>
      </header>
      <div className={styles.choose}>
        <FileTrigger
          acceptedFileTypes={["application/json", ".json"]}
          onSelect={async (files) => {
            const file = files?.[0];
            if (file) change(await file.text());
          }}
        >
          <Button icon={<IconFileUpload size={16} aria-hidden="true" />}>{t("sim.choose_file")}</Button>
        </FileTrigger>
        <Button tone="quiet" onPress={() => change(EXAMPLE)}>
          {t("sim.example")}
        </Button>
        <span className={styles.play}>
          <Button
            icon={<IconPlayerPlay size={16} aria-hidden="true" />}
            isDisabled={text.trim() === ""}
            onPress={() => void play()}
          >
            {t("sim.play_scenario")}
          </Button>
        </span>
      </div>
      <TextField
        label={t("sim.paste")}
        hideLabel
        placeholder={t("sim.paste")}
        value={text}
        onChange={change}
        rows={text ? 8 : 2}
        mono
        error={words ? `${words.what} ${words.to_do}` : undefined}
      />
      {shown && <Played played={shown} />}
    </section>
  );
}

function Played({ played }: { played: PlayedScenario }) {
  const { t, language } = useWords();
  return (
    <div className={styles.played} role="status">
      <p className={styles.verdict} data-passed={played.passed || undefined}>
        {played.passed ? (
          <IconCheck size={18} aria-hidden="true" />
        ) : (
          <IconAlertTriangle size={18} aria-hidden="true" />
        )}
        <b>{played.passed ? t("sim.passed") : t("sim.failed")}</b>
        <span>{played.name}</span>
        <span className={styles.faint}>
          {t("sim.lines", { count: played.lines.length })}, {t("sim.took", { ms: played.took_ms })}
        </span>
      </p>
      {played.differences.length > 0 && (
        <ul className={styles.differences} aria-label={t("sim.differences")}>
          {played.differences.map((difference) => (
            <li key={difference}>{difference}</li>
          ))}
        </ul>
      )}
      <h3>{t("sim.transcript")}</h3>
      <ol className={styles.lines}>
        {played.lines.map((line, index) => (
          <li key={index}>
            <Disclosure>
              <PlainButton slot="trigger" className={styles.line!}>
                <time dateTime={line.at}>{exact(line.at, language, Date.parse(line.at))}</time>
                <b>{line.kind}</b>
                <span>{line.text}</span>
              </PlainButton>
              <DisclosurePanel>
                <pre>{line.raw}</pre>
              </DisclosurePanel>
            </Disclosure>
          </li>
        ))}
      </ol>
    </div>
  );
}
