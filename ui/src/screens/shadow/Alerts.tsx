import { useState } from "react";
import type { ShadowAlert } from "../../generated/ShadowAlert";
import type { ShadowView } from "../../generated/ShadowView";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Card } from "../../parts/Screen";
import { Nothing } from "../../parts/States";
import { Shape } from "../../parts/shapes";
import { hrefOf } from "../../state/route";
import { sayDone, sayError } from "../../state/toasts";
import { birthDate, shortTime } from "../../words/time";
import { JudgeDialog } from "./JudgeDialog";
import { OPINIONS, type Opinion } from "./opinions";
import styles from "./Shadow.module.css";
import { askAgain } from "./useSend";

/** What would have been sent: those to be judged, then those that are. */
export function Alerts({ view, works }: { view: ShadowView; works: boolean }) {
  const { t } = useWords();
  const [asking, setAsking] = useState<{ alert: ShadowAlert; opinion: Opinion } | null>(null);
  const judge = async (alert: ShadowAlert, opinion: Opinion) => {
    if (opinion === "disagree") return setAsking({ alert, opinion });
    try {
      sayDone(await call("judge", { id: alert.id, opinion, why: "", acted_at: null }));
      askAgain();
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
  };
  const open = view.alerts.filter((alert) => alert.judgement === null);
  const said = view.alerts.filter((alert) => alert.judgement !== null);
  const list = (alerts: ShadowAlert[]) => (
    <ul className={styles.alerts}>
      {alerts.map((alert) => (
        <Line
          key={alert.id}
          alert={alert}
          works={works}
          onJudge={judge}
          onTime={() => setAsking({ alert, opinion: "agree" })}
        />
      ))}
    </ul>
  );
  return (
    <>
      <Card title={`${t("shadow.to_judge")} (${view.total.raised - view.total.judged})`}>
        {open.length === 0 ? <Nothing>{t("shadow.to_judge_none")}</Nothing> : list(open)}
        {view.more > 0 && <p className={styles.quiet}>{t("shadow.more", { count: view.more })}</p>}
      </Card>
      {said.length > 0 && (
        <Card title={`${t("shadow.judged_list")} (${view.total.judged})`}>{list(said)}</Card>
      )}
      {asking && (
        <JudgeDialog
          id={asking.alert.id}
          patient={asking.alert.patient}
          vital={asking.alert.vital}
          value={asking.alert.value}
          opinion={asking.opinion}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

function Line({
  alert,
  works,
  onJudge,
  onTime,
}: {
  alert: ShadowAlert;
  works: boolean;
  onJudge: (alert: ShadowAlert, opinion: Opinion) => Promise<void>;
  onTime: () => void;
}) {
  const { t, word, language } = useWords();
  const { judgement, patient } = alert;
  const would =
    alert.texted_at && alert.paged_at ? "both" : alert.paged_at ? "page" : alert.texted_at ? "text" : "show";
  const name = patient.name || t("list.mrn", { mrn: patient.mrn });
  const earlier = alert.minutes_earlier;
  return (
    <li aria-label={`${name}, ${word("vital", alert.vital)} ${alert.value}`}>
      <Shape severity={alert.severity} alarming={alert.judgement === null} size={16} />
      <div className={styles.what}>
        <p>
          {alert.id.startsWith("e") ? (
            <a href={hrefOf("worklist", alert.id)} aria-label={t("shadow.open_row", { name })}>
              {name}
            </a>
          ) : (
            <b>{name}</b>
          )}
          <span>{t("list.mrn", { mrn: patient.mrn })}</span>
          {patient.birth_date && (
            <span>{t("list.born", { date: birthDate(patient.birth_date, language) })}</span>
          )}
        </p>
        <p>
          <b>
            {word("vital", alert.vital)} {alert.value}
          </b>
          <i>{alert.unit}</i>
          <span>{t(`shadow.would_${would}`)}</span>
          <time dateTime={alert.at}>{shortTime(alert.at, language)}</time>
        </p>
        {judgement && (
          <p className={styles.said}>
            {t("judge.said", { name: judgement.by, what: t(`judge.said_${judgement.opinion as Opinion}`) })}
            {judgement.why && <span>{judgement.why}</span>}
            {earlier !== null && (
              <span>
                {Math.abs(Math.round(earlier))} min {earlier < 0 ? t("shadow.later") : ""}
              </span>
            )}
          </p>
        )}
      </div>
      {works && (
        <div className={styles.acts}>
          {OPINIONS.map((opinion) => (
            <Button
              key={opinion}
              size="small"
              tone={judgement?.opinion === opinion ? "plain" : "quiet"}
              aria-pressed={judgement?.opinion === opinion}
              onPress={() => void onJudge(alert, opinion)}
            >
              {t(`judge.${opinion}`)}
            </Button>
          ))}
          <Button size="small" tone="quiet" onPress={onTime}>
            {t("judge.agree_when")}
          </Button>
        </div>
      )}
    </li>
  );
}
