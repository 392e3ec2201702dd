// The visits simulator: make up a visit, send its reminder, answer as the patient and as the EHR.

import { IconCheck, IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { ListBox, ListBoxItem } from "react-aria-components";
import type { SimVisitsView } from "../../../generated/SimVisitsView";
import type { SimVisitView } from "../../../generated/SimVisitView";
import { useWords } from "../../../i18n/useWords";
import { Button } from "../../../parts/Button";
import { NumberField } from "../../../parts/Field";
import { Empty, Failure, Nothing, Skeleton } from "../../../parts/States";
import { Switch } from "../../../parts/Switch";
import { useSimVisits } from "../../../state/queries";
import { say } from "../../../state/toasts";
import { StateShape } from "../../visits/StateShape";
import { Handset } from "../Phone";
import { useSimulate } from "../useSimulate";
import { NewVisit } from "./NewVisit";
import { PlayedVisit } from "./PlayedVisit";
import styles from "./Visits.module.css";

/** `new`: the form of a new visit. None: nothing chosen yet, so the newest. Kept while other screens are open. */
let playedBefore: string | null = null;

const ANSWERS = [
  { text: "CONFIRM APPT", testId: "simv-answer-confirm" },
  { text: "CANCEL APPT", testId: "simv-answer-cancel" },
];

export function SimulatedVisits() {
  const { t } = useWords();
  const visits = useSimVisits();
  const { simulate } = useSimulate();
  const [chosen, setChosen] = useState(playedBefore);
  const [made, setMade] = useState<string | null>(null);
  const view = visits.data;
  if (!view) {
    if (visits.error) return <Failure thrown={visits.error} onRetry={() => void visits.refetch()} />;
    return <Skeleton rows={12} label={t("app.loading")} />;
  }
  const choose = (id: string) => {
    playedBefore = id;
    setChosen(id);
  };
  const idOf = (one: SimVisitView) => one.row.appointment_id;
  const visit =
    chosen === "new"
      ? null
      : (view.visits.find((one) => idOf(one) === chosen) ??
        (chosen === made ? null : view.visits[0]) ??
        null);
  return (
    <div className={styles.screen}>
      <section className={styles.side} aria-labelledby="simv-made">
        <div className={styles.sideHead}>
          <h2 id="simv-made">{t("simv.booked")}</h2>
          <Button
            size="small"
            data-testid="simv-new"
            icon={<IconPlus size={16} aria-hidden="true" />}
            onPress={() => choose("new")}
          >
            {t("simv.new")}
          </Button>
        </div>
        {view.visits.length === 0 ? (
          <div className={styles.none}>
            <Nothing>{t("simv.none")}</Nothing>
          </div>
        ) : (
          <List
            visits={view.visits}
            chosen={visit ? idOf(visit) : null}
            onChoose={(id) => {
              setMade(null);
              choose(id);
            }}
          />
        )}
        <EhrByItself view={view} />
      </section>
      <div className={styles.middle}>
        {visit ? (
          <PlayedVisit key={idOf(visit)} visit={visit} fresh={made === idOf(visit)} />
        ) : (
          <NewVisit
            blank={view.blank}
            onMade={(id) => {
              setMade(id);
              choose(id);
            }}
          />
        )}
      </div>
      <div className={styles.phone}>
        {visit ? (
          <Handset
            key={idOf(visit)}
            name={visit.row.patient.name}
            number={visit.phone || null}
            messages={visit.messages}
            empty={t("simv.phone_empty")}
            quick={ANSWERS}
            onSend={async (text) => {
              const answered = await simulate("sim_visit_answer", { appointment_id: idOf(visit), text });
              if (answered) say(answered.said);
              return answered !== null;
            }}
          />
        ) : (
          <Empty title={t("simv.choose")} />
        )}
      </div>
    </div>
  );
}

interface ListProps {
  visits: SimVisitView[];
  chosen: string | null;
  onChoose: (id: string) => void;
}

function List({ visits, chosen, onChoose }: ListProps) {
  const { t, word } = useWords();
  return (
    <ListBox
      className={styles.list!}
      aria-labelledby="simv-made"
      items={visits}
      // What a row shows changes while the row stays.
      dependencies={[t]}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={chosen ? [chosen] : []}
      onSelectionChange={(keys) => {
        const key = [...(keys as Set<string>)][0];
        if (key) onChoose(key);
      }}
    >
      {({ row }) => (
        <ListBoxItem
          id={row.appointment_id}
          textValue={row.patient.name}
          className={styles.made!}
          data-testid={`simv-visit-${row.appointment_id}`}
        >
          <b>{row.patient.name}</b>
          <span>
            {row.day} {row.local_time}
          </span>
          <span className={styles.state}>
            <StateShape state={row.state} />
            {word("visit_state", row.state)}
            {row.confirmed && (
              <>
                <IconCheck size={12} aria-hidden="true" />
                {t("visits.confirmed_mark")}
              </>
            )}
          </span>
          {row.request !== "none" && (
            <span className={styles.asked}>{word("visit_request", row.request)}</span>
          )}
        </ListBoxItem>
      )}
    </ListBox>
  );
}

/** Whether the built-in EHR takes requests and answers them without anybody pressing a button. */
function EhrByItself({ view }: { view: SimVisitsView }) {
  const { t } = useWords();
  const { simulate } = useSimulate();
  const [typed, setTyped] = useState<number | null>(null);
  const seconds = typed ?? view.ehr_answers_after_seconds;
  const set = async (answers: boolean, after_seconds: number) => {
    const done = await simulate("sim_ehr", { answers, after_seconds });
    if (done) say(done.said);
  };
  return (
    <div className={styles.byItself}>
      <Switch
        spread
        data-testid="simv-ehr-auto"
        isSelected={view.ehr_answers}
        onChange={(answers) => void set(answers, seconds)}
      >
        {t("simv.ehr_auto", { seconds })}
      </Switch>
      <NumberField
        label={t("simv.ehr_seconds")}
        value={seconds}
        minValue={0}
        maxValue={3_600}
        onChange={(after) => {
          if (Number.isNaN(after)) return;
          setTyped(after);
          if (view.ehr_answers) void set(true, after);
        }}
      />
    </div>
  );
}
