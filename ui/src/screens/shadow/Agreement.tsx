import { IconInfoCircle } from "@tabler/icons-react";
import { Disclosure, DisclosurePanel, Button as PlainButton } from "react-aria-components";
import type { ShadowView } from "../../generated/ShadowView";
import type { TallyRow } from "../../generated/TallyRow";
import { useWords } from "../../i18n/useWords";
import { Card, Columns } from "../../parts/Screen";
import { Empty } from "../../parts/States";
import { dayName, shortTime } from "../../words/time";
import { Alerts } from "./Alerts";
import { Bars } from "./Bars";
import { Missed } from "./Missed";
import styles from "./Shadow.module.css";

const percent = (share: number | null) => (share === null ? "–" : `${Math.round(share * 100)} %`);

/** How far the console and the nurses agree, in figures, by day, vital and limit, and what is still to be judged. */
export function Agreement({ view, works }: { view: ShadowView; works: boolean }) {
  const { t, language } = useWords();
  const { total } = view;
  const day = (row: TallyRow) => dayName(`${row.id}T12:00:00`, language);
  const quiet = total.raised === 0 && total.missed === 0;
  return (
    <Columns
      side={
        <>
          <Table title={t("shadow.by_vital")} rows={view.by_vital} />
          <Table title={t("shadow.by_rule")} rows={view.by_rule} />
          <Means />
        </>
      }
    >
      {view.rehearsal !== null && (
        <p className={styles.rehearsal} role="note">
          <IconInfoCircle size={16} aria-hidden="true" />
          {t("shadow.rehearsal_of", { name: view.rehearsal })}
        </p>
      )}
      <Card>
        <Figures view={view} />
        <p className={styles.span}>
          {t("shadow.span", { from: shortTime(view.from, language), to: shortTime(view.to, language) })}
        </p>
        {view.by_day.length > 0 && <Bars rows={view.by_day} label={t("shadow.by_day")} nameOf={day} />}
      </Card>
      {quiet ? (
        <Empty
          title={
            view.in_shadow.length === 0 && view.rehearsal === null ? t("shadow.all_live") : t("shadow.empty")
          }
        />
      ) : (
        <Alerts view={view} works={works} />
      )}
      {view.rehearsal === null && <Missed missed={view.missed} works={works} />}
    </Columns>
  );
}

function Figures({ view }: { view: ShadowView }) {
  const { t } = useWords();
  const { total, earlier } = view;
  const minutes = (n: number) => (Math.abs(n) < 10 ? Math.round(n * 10) / 10 : Math.round(n));
  return (
    <dl className={styles.figures}>
      <div>
        <dt>{t("shadow.agreement")}</dt>
        <dd>
          <b>{percent(total.agreement)}</b>
          {total.agreement === null && <span>{t("shadow.agreement_none")}</span>}
        </dd>
      </div>
      {(["agreed", "extra", "missed"] as const).map((what) => (
        <div key={what}>
          <dt>{t(`shadow.${what}`)}</dt>
          <dd>
            <b>{total[what]}</b>
          </dd>
        </div>
      ))}
      <div>
        <dt>{t("shadow.unjudged")}</dt>
        <dd>
          <b>{total.raised - total.judged}</b>
        </dd>
      </div>
      <div>
        <dt>{t("shadow.earlier")}</dt>
        <dd>
          <b>{earlier ? minutes(earlier.median) : "–"}</b>
          <span>
            {earlier
              ? t("shadow.earlier_words", {
                  count: earlier.compared,
                  least: minutes(earlier.least),
                  most: minutes(earlier.most),
                })
              : t("shadow.earlier_none")}
          </span>
        </dd>
      </div>
    </dl>
  );
}

function Table({ title, rows }: { title: string; rows: TallyRow[] }) {
  const { t } = useWords();
  if (rows.length === 0) return null;
  return (
    <Card title={title}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{title}</span>
            </th>
            <th scope="col">{t("shadow.raised")}</th>
            <th scope="col">{t("shadow.agreed")}</th>
            <th scope="col">{t("shadow.extra")}</th>
            <th scope="col">{t("shadow.missed")}</th>
            <th scope="col">%</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, words, tally }) => (
            <tr key={id}>
              <th scope="row">{words}</th>
              <td>{tally.raised}</td>
              <td>{tally.agreed}</td>
              <td>{tally.extra}</td>
              <td>{tally.missed}</td>
              <td>{percent(tally.agreement)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

function Means() {
  const { t } = useWords();
  return (
    <Card>
      <Disclosure>
        <PlainButton slot="trigger" className={styles.means!}>
          <IconInfoCircle size={14} aria-hidden="true" /> {t("shadow.means")}
        </PlainButton>
        <DisclosurePanel>
          <ul className={styles.definitions}>
            {(["alert", "agreed", "extra", "missed", "earlier", "agreement"] as const).map((what) => (
              <li key={what}>{t(`shadow.means_${what}`)}</li>
            ))}
          </ul>
        </DisclosurePanel>
      </Disclosure>
    </Card>
  );
}
