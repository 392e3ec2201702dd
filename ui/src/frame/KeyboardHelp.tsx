import type { ReactNode } from "react";
import { useWords } from "../i18n/useWords";
import { Key } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { Shape } from "../parts/shapes";
import { SCREEN_KEYS, SCREENS } from "../state/route";
import styles from "./KeyboardHelp.module.css";

export function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog title={t("help.title")} onClose={onClose} wide>
      <div className={styles.columns}>
        <section>
          <h3>{t("help.on_row")}</h3>
          <dl className={styles.keys}>
            <Line keys={["A"]}>{t("help.acknowledge")}</Line>
            <Line keys={["C"]}>{t("help.claim")}</Line>
            <Line keys={["T"]}>{t("help.text")}</Line>
            <Line keys={["L"]}>{t("help.call")}</Line>
            <Line keys={["P"]}>{t("help.page")}</Line>
            <Line keys={["N"]}>{t("help.note")}</Line>
            <Line keys={["S"]}>{t("help.shelve")}</Line>
            <Line keys={["1", "5"]} through>
              {t("help.dispositions")}
            </Line>
            <Line keys={["Y", "D", "X"]}>{t("help.judge")}</Line>
          </dl>
        </section>
        <section>
          <h3>{t("help.moving")}</h3>
          <dl className={styles.keys}>
            <Line keys={["J", "K"]}>{t("help.move")}</Line>
            <Line keys={["Home", "End"]}>{t("help.first")}</Line>
            <Line keys={["Enter"]}>{t("help.open")}</Line>
            <Line keys={["Esc"]}>{t("help.back")}</Line>
            <Line keys={["Shift", "N"]} together>
              {t("help.reveal")}
            </Line>
            <Line keys={["/"]}>{t("help.find")}</Line>
          </dl>
          <h3>{t("help.console")}</h3>
          <dl className={styles.keys}>
            <Line keys={["U"]}>{t("help.undo")}</Line>
            <Line keys={["G", SCREENS.map((screen) => SCREEN_KEYS[screen].toUpperCase()).join(" ")]} together>
              {t("help.screens")}
            </Line>
            <Line keys={["?"]}>{t("help.this")}</Line>
          </dl>
          <h3>{t("help.shapes")}</h3>
          <ul className={styles.shapes}>
            {(["critical", "abnormal", "info"] as const).map((severity) => (
              <li key={severity}>
                <Shape severity={severity} alarming /> {t(`severity.${severity}`)}
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Dialog>
  );
}

interface LineProps {
  keys: string[];
  children: ReactNode;
  through?: boolean;
  together?: boolean;
}

function Line({ keys, children, through, together }: LineProps) {
  return (
    <div>
      <dt>
        <span className="visually-hidden">{keys.join(through ? "–" : together ? " + " : ", ")}</span>
        {keys.map((key, index) => (
          <span key={key} aria-hidden="true">
            {index > 0 && <i>{through ? "–" : ""}</i>}
            <Key>{key}</Key>
          </span>
        ))}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
