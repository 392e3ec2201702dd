import type { SettingRight } from "../../generated/SettingRight";
import type { SettingView } from "../../generated/SettingView";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Age } from "../../parts/Times";
import { hrefOf, SCREENS } from "../../state/route";
import styles from "./Settings.module.css";
import { nameOf, range, shown, whatOf } from "./value";

/** One setting: what it is and does, how it stands, what is allowed, and who changed it last. */
export function SettingRow({
  one,
  right,
  role,
  onChange,
}: {
  one: SettingView;
  right: SettingRight | undefined;
  role: string;
  onChange: (one: SettingView) => void;
}) {
  const words = useWords();
  const { t } = words;
  const mine = right?.roles.includes(role) ?? false;
  const allowed = range(t, one);
  const screen = SCREENS.find((known) => known === one.screen);
  const name = nameOf(t, one.name);
  return (
    <li className={styles.row} data-name={one.name}>
      <div className={styles.what}>
        <b>{name}</b>
        <span>{whatOf(t, one.name)}</span>
        <code>{one.name}</code>
      </div>
      <div className={styles.now}>
        <span className={styles.value} data-default={one.is_default || undefined}>
          {shown(words, one, one.value)}
        </span>
        <span className={styles.under}>
          {one.is_default
            ? t("settings.is_default")
            : t("settings.default_is", { value: shown(words, one, one.default) })}
          {allowed && ` · ${allowed}`}
        </span>
        {one.changed_at && (
          <span className={styles.under}>
            <Age at={one.changed_at} /> · {t("settings.by", { who: one.changed_by ?? "" })}
          </span>
        )}
      </div>
      <div className={styles.act}>
        {one.kind === "elsewhere" ? (
          screen ? (
            <a href={hrefOf(screen)}>{t("settings.elsewhere_go", { screen: t(`nav.${screen}`) })}</a>
          ) : (
            right?.right === "gated" && <span className={styles.under}>{t("settings.gated")}</span>
          )
        ) : (
          mine && (
            <Button
              size="small"
              aria-label={t("settings.change_name", { name })}
              onPress={() => onChange(one)}
            >
              {t("settings.change")}
            </Button>
          )
        )}
      </div>
    </li>
  );
}
