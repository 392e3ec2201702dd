import type { CodeRuleView } from "../../generated/CodeRuleView";
import type { MinutesView } from "../../generated/MinutesView";
import { useWords, type WordsInUse } from "../../i18n/useWords";
import { Card } from "../../parts/Screen";
import styles from "./Minutes.module.css";

function said(rule: CodeRuleView, t: WordsInUse["t"]): string {
  const { at_least: from, at_most: to, each } = rule;
  const parts: string[] = [];
  if (rule.counts === "days") {
    parts.push(to === null ? t("minutes.rule_days_from", { from }) : t("minutes.rule_days", { from, to }));
  } else {
    const program = rule.counts === "rpm_minutes" ? t("minutes.rpm") : t("minutes.ccm");
    if (each !== null) parts.push(t("minutes.rule_each", { program, from, each }));
    else if (to !== null) parts.push(t("minutes.rule_minutes", { program, from, to }));
    else parts.push(t("minutes.rule_minutes_from", { program, from }));
  }
  if (rule.contact) parts.push(t("minutes.rule_contact"));
  if (rule.most_units !== null && rule.most_units > 1)
    parts.push(t("minutes.rule_most", { count: rule.most_units }));
  return parts.join(", ");
}

/** The codes in force, their thresholds and where these are from. */
export function Rules({ view }: { view: MinutesView }) {
  const { t } = useWords();
  return (
    <Card title={t("minutes.rules")} words={t("minutes.rules_words")}>
      <dl className={styles.rules}>
        {view.rules.map((rule) => (
          <div key={rule.code} title={rule.source}>
            <dt>{rule.code}</dt>
            <dd>{said(rule, t)}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.quiet}>{t(view.live_only ? "minutes.strict" : "minutes.loose")}</p>
    </Card>
  );
}
