// Settings: what each one does, how it stands, who changed it last; changed one by one or held against a file.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { SettingView } from "../../generated/SettingView";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { SearchField } from "../../parts/Field";
import { Card, Screen } from "../../parts/Screen";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { queries, useFrame } from "../../state/queries";
import { hrefOf, useRoute } from "../../state/route";
import { sayDone, sayError } from "../../state/toasts";
import { ChangeSetting } from "./ChangeSetting";
import { FileCompare } from "./FileCompare";
import { Safekeeping } from "./Safekeeping";
import { SettingRow } from "./SettingRow";
import styles from "./Settings.module.css";
import { nameOf, parsed, shown, whatOf } from "./value";

const GROUPS = [
  "following_up",
  "paging",
  "quiet",
  "limits",
  "visits",
  "consent",
  "watching",
  "chart",
  "intake",
  "lock",
  "keeping",
  "going_live",
  "other",
] as const;
type Group = (typeof GROUPS)[number] | "file";

/** What was changed since the screen was opened: how it was. */
export interface Before {
  name: string;
  was: string;
}

export function Settings() {
  const { t, language } = useWords();
  const { row } = useRoute();
  const frame = useFrame();
  const administers = frame.data?.who.role === "administrator";
  const [text, setText] = useState("");
  const [open, setOpen] = useState<SettingView | null>(null);
  const [before, setBefore] = useState<Before[]>([]);
  const found = useQuery({
    queryKey: ["settings"],
    queryFn: () => call("settings", {}),
    refetchInterval: 15_000,
  });
  const rights = useQuery({ queryKey: ["setting_rights"], queryFn: () => call("setting_rights", {}) });
  const all = found.data?.settings ?? [];
  const groups = GROUPS.filter((group) => all.some((one) => one.group === group));
  const group: Group = row === "file" ? "file" : (groups.find((one) => one === row) ?? "following_up");
  const sought = text.trim().toLocaleLowerCase(language);
  const fits = (one: SettingView) =>
    `${nameOf(t, one.name)} ${whatOf(t, one.name)} ${one.name}`.toLocaleLowerCase(language).includes(sought);
  const hits = sought ? all.filter(fits) : all.filter((one) => one.group === group);
  const rightOf = (name: string) => rights.data?.rights.find((one) => one.name === name);
  const saved = (changed: Before[]) => {
    setOpen(null);
    setBefore((known) => [
      ...changed,
      ...known.filter((one) => !changed.some((new_) => new_.name === one.name)),
    ]);
    void queries.invalidateQueries({ queryKey: ["settings"] });
    void queries.invalidateQueries({ queryKey: ["safekeeping"] });
  };
  const putBack = async ({ name, was }: Before) => {
    const one = all.find((setting) => setting.name === name);
    if (one && rightOf(name)?.needs_order) return setOpen({ ...one, value: was });
    try {
      sayDone(
        await call("change_settings", {
          settings: { [name]: parsed(was) },
          why: t("settings.put_back_why"),
          ordered_by: null,
        }),
      );
      setBefore((known) => known.filter((other) => other.name !== name));
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    void queries.invalidateQueries({ queryKey: ["settings"] });
  };
  const rows = (list: SettingView[]) =>
    list.map((one) => (
      <SettingRow
        key={one.name}
        one={one}
        right={rightOf(one.name)}
        role={frame.data?.who.role ?? ""}
        onChange={setOpen}
      />
    ));
  return (
    <Screen title={t("settings.title")} words={t("settings.words")}>
      <div className={styles.layout}>
        <div className={styles.side}>
          <SearchField
            id="search"
            label={t("settings.search")}
            clear={t("settings.clear")}
            value={text}
            onChange={setText}
            keyHint="/"
          />
          <nav aria-label={t("settings.groups")}>
            <ul>
              {[...groups, "file" as const].map((one) => (
                <li key={one}>
                  <a
                    href={hrefOf("settings", one)}
                    aria-current={!sought && one === group ? "true" : undefined}
                    onClick={() => setText("")}
                  >
                    {t(`settings.group_${one}`)}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        </div>
        <div className={styles.stack}>
          {before.length > 0 && (
            <Card title={t("settings.changed_now")}>
              <ul className={styles.before}>
                {before.map((change) => {
                  const one = all.find((setting) => setting.name === change.name);
                  if (!one) return null;
                  return (
                    <li key={change.name}>
                      <span>
                        <b>{nameOf(t, one.name)}</b> {shown({ t, language }, one, one.value)}{" "}
                        <span className={styles.quiet}>
                          {t("settings.was")} {shown({ t, language }, one, change.was)}
                        </span>
                      </span>
                      <Button size="small" onPress={() => void putBack(change)}>
                        {t("settings.put_back")}
                      </Button>
                    </li>
                  );
                })}
              </ul>
            </Card>
          )}
          {found.isError && <Failure thrown={found.error} onRetry={() => void found.refetch()} />}
          {found.isPending && <Skeleton rows={8} height={56} label={t("app.loading")} />}
          {found.data && sought !== "" && (
            <Card title={t("settings.title")}>
              {hits.length === 0 && <Nothing>{t("settings.none", { text })}</Nothing>}
              <ul className={styles.rows}>{rows(hits)}</ul>
            </Card>
          )}
          {found.data && sought === "" && group === "file" && (
            <FileCompare
              all={all}
              rights={rights.data?.rights ?? []}
              administers={administers}
              onTaken={saved}
            />
          )}
          {found.data && sought === "" && group === "keeping" && administers && <Safekeeping />}
          {found.data && sought === "" && group !== "file" && (
            <Card title={t(`settings.group_${group}`)} words={t(`settings.words_${group}`)}>
              <ul className={styles.rows}>{rows(hits)}</ul>
            </Card>
          )}
        </div>
      </div>
      {open && (
        <ChangeSetting
          key={open.name}
          one={open}
          all={all}
          rights={rights.data?.rights ?? []}
          clinicians={rights.data?.clinicians ?? []}
          onClose={() => setOpen(null)}
          onSaved={saved}
        />
      )}
    </Screen>
  );
}
