// Check-ins: a scheduled text to a panel; what went out, what waits, who answered, who got none and why.

import { IconCalendarPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { CheckInView } from "../../generated/CheckInView";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Screen } from "../../parts/Screen";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { queries, useFrame } from "../../state/queries";
import { sayDone } from "../../state/toasts";
import styles from "./CheckIns.module.css";
import { PlanCheckIn } from "./PlanCheckIn";

const WHEN: Intl.DateTimeFormatOptions = {
  weekday: "short",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
};

export function CheckIns() {
  const { t } = useWords();
  const frame = useFrame();
  const view = useQuery({
    queryKey: ["check_ins"],
    queryFn: () => call("check_ins", {}),
    refetchInterval: 5_000,
  });
  const [planning, setPlanning] = useState(false);
  const [ending, setEnding] = useState<CheckInView | null>(null);
  const works = frame.data?.who.role !== "auditor";
  const close = (said?: string) => {
    setPlanning(false);
    setEnding(null);
    if (said) sayDone({ said, undo: null });
    void queries.invalidateQueries({ queryKey: ["check_ins"] });
  };
  return (
    <Screen
      title={t("checkin.title")}
      words={t("checkin.words")}
      actions={
        works && (
          <Button
            tone="primary"
            icon={<IconCalendarPlus size={16} aria-hidden="true" />}
            isDisabled={!view.data}
            onPress={() => setPlanning(true)}
          >
            {t("checkin.plan")}
          </Button>
        )
      }
    >
      {view.isError && <Failure thrown={view.error} onRetry={() => void view.refetch()} />}
      {view.isPending && <Skeleton rows={4} label={t("app.loading")} />}
      {view.data && !view.data.live && <p className={styles.shadow}>{t("checkin.shadow")}</p>}
      {view.data?.check_ins.length === 0 && <Nothing>{t("checkin.empty")}</Nothing>}
      <ul className={styles.list} aria-label={t("checkin.title")}>
        {view.data?.check_ins.map((checkIn) => (
          <li key={checkIn.id} className={styles.card} data-over={checkIn.state === "over" || undefined}>
            <Standing checkIn={checkIn} />
            {works && checkIn.state !== "over" && (
              <Button size="small" tone="quiet" onPress={() => setEnding(checkIn)}>
                {t("checkin.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {planning && view.data && <PlanCheckIn view={view.data} onClose={close} />}
      {ending && <EndCheckIn checkIn={ending} onClose={close} />}
    </Screen>
  );
}

function Standing({ checkIn }: { checkIn: CheckInView }) {
  const { t, language } = useWords();
  const done = checkIn.sent + checkIn.withheld.reduce((sum, w) => sum + w.patients, 0);
  return (
    <div className={styles.standing}>
      <h2>
        {checkIn.name}{" "}
        <span className={styles.state}>{t(`checkin.state_${checkIn.state}` as "checkin.state_over")}</span>
      </h2>
      <p className={styles.script}>{checkIn.script}</p>
      <p className={styles.when}>
        {t(`checkin.repeat_${checkIn.repeat}` as "checkin.repeat_once")} · {checkIn.day} ·{" "}
        {checkIn.local_time} {t("checkin.their_clock")} · {t("checkin.panel_of", { count: checkIn.panel })} ·{" "}
        {checkIn.by}
      </p>
      <dl className={styles.numbers}>
        <Figure label={t("checkin.sent")} value={`${checkIn.sent}`} />
        {checkIn.waiting > 0 && <Figure label={t("checkin.waiting")} value={`${checkIn.waiting}`} />}
        <Figure
          label={t("checkin.to_come")}
          value={`${Math.max(0, checkIn.panel - done - checkIn.waiting)}`}
        />
        <Figure label={t("checkin.replies")} value={`${checkIn.replies}`} />
        {checkIn.withheld.map((w) => (
          <Figure
            key={w.why}
            label={t(`checkin.why_${w.why}` as "checkin.why_opted_out", { defaultValue: w.why })}
            value={`${w.patients}`}
          />
        ))}
      </dl>
      {checkIn.next && (
        <p className={styles.when}>
          {t("checkin.next")}{" "}
          <time dateTime={checkIn.next}>{new Date(checkIn.next).toLocaleString(language, WHEN)}</time>
        </p>
      )}
    </div>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function EndCheckIn({ checkIn, onClose }: { checkIn: CheckInView; onClose: (said?: string) => void }) {
  const { t } = useWords();
  const [refused, setRefused] = useState("");
  const end = async () => {
    try {
      onClose((await call("end_check_in", { id: checkIn.id })).said);
    } catch (thrown) {
      setRefused(asUserError(thrown).what_happened);
    }
  };
  return (
    <Dialog
      title={t("checkin.end_title", { name: checkIn.name })}
      about={t("checkin.end_words")}
      onClose={() => onClose()}
    >
      {refused && (
        <p className={styles.refused} role="alert">
          {refused}
        </p>
      )}
      <DialogFoot>
        <Button onPress={() => onClose()}>{t("act.cancel")}</Button>
        <Button tone="primary" onPress={() => void end()}>
          {t("checkin.end")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}
