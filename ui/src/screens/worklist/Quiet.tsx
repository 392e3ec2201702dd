import { Mark } from "../../frame/Mark";
import type { FrameView } from "../../generated/FrameView";
import { useWords } from "../../i18n/useWords";
import { Empty } from "../../parts/States";
import { useNow } from "../../state/clock";
import { hrefOf } from "../../state/route";
import { age } from "../../words/time";

/** An empty list is good news, said with what proves it: who is watched, and how fresh the last reading is. */
export function Quiet({ filtered, frame }: { filtered: boolean; frame: FrameView | undefined }) {
  const { t } = useWords();
  const now = useNow();
  if (filtered) return <Empty title={t("list.nothing_found")} />;
  const last = frame?.freshest_reading_at;
  return (
    <Empty title={t("list.empty_title")} icon={<Mark size={56} />}>
      <p>
        {t("list.empty_words", { count: frame?.patients_watched ?? 0 })}{" "}
        {last
          ? t("list.empty_last", {
              age: t("time.ago", { age: age(now - Date.parse(last), t("time.now")) }),
            })
          : t("list.empty_no_reading")}
      </p>
      {frame?.profile === "sandbox" && (
        <p>
          <a href={hrefOf("simulator")}>{t("list.empty_try")}</a>
        </p>
      )}
    </Empty>
  );
}
