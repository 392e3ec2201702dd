// The shadow report and the way out of shadow: what the console would have done, beside what the nurse did.

import { IconFileTypeCsv, IconFlask, IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { keysAreTaken } from "../../frame/useFrameKeys";
import { asUserError, call } from "../../host";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Select } from "../../parts/Field";
import { Screen } from "../../parts/Screen";
import { Failure, Skeleton } from "../../parts/States";
import { useFrame } from "../../state/queries";
import { goTo, useRoute } from "../../state/route";
import { sayDone, sayError } from "../../state/toasts";
import { Agreement } from "./Agreement";
import { Gate } from "./Gate";
import { RecordMissed } from "./Missed";
import styles from "./Shadow.module.css";
import { askAgain } from "./useSend";

export function Shadow() {
  const { t } = useWords();
  const route = useRoute();
  const role = useFrame().data?.who.role;
  const [rehearsal, setRehearsal] = useState(false);
  const [recording, setRecording] = useState(false);
  const part = route.row === "gate" ? "gate" : "report";
  const report = useQuery({
    queryKey: ["shadow", rehearsal],
    queryFn: () => call("shadow_report", { from: null, to: null, rehearsal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  const view = report.data;
  const works = role !== undefined && role !== "auditor";

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "m" || !works || keysAreTaken(event)) return;
      event.preventDefault();
      setRecording(true);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [works]);

  return (
    <Screen
      title={t("shadow.title")}
      words={t("shadow.words")}
      actions={
        <>
          {works && (
            <Button
              size="small"
              icon={<IconPlus size={14} aria-hidden="true" />}
              keyHint="M"
              onPress={() => setRecording(true)}
            >
              {t("shadow.record_missed")}
            </Button>
          )}
          {role === "administrator" && <Rehearse onDone={() => setRehearsal(true)} />}
          {(role === "administrator" || role === "auditor") && <Csv />}
        </>
      }
    >
      <Tabs
        selectedKey={part}
        onSelectionChange={(key) => goTo("shadow", key === "gate" ? "gate" : undefined)}
      >
        <div className={styles.bar}>
          <TabList className={styles.tabs!} aria-label={t("shadow.title")}>
            <Tab id="report" className={styles.tab!}>
              {t("shadow.tab_report")}
            </Tab>
            <Tab id="gate" className={styles.tab!}>
              {t("shadow.tab_gate")}
            </Tab>
          </TabList>
          {part === "report" && view?.rehearsed && (
            <div className={styles.source}>
              <Select
                label={t("shadow.source")}
                value={rehearsal ? "rehearsal" : "ward"}
                onChange={(id) => setRehearsal(id === "rehearsal")}
                options={(["ward", "rehearsal"] as const).map((id) => ({ id, label: t(`shadow.${id}`) }))}
              />
            </div>
          )}
        </div>
        <TabPanel id="report" className={styles.panel!}>
          {report.isError && !view ? (
            <Failure thrown={report.error} onRetry={() => void report.refetch()} />
          ) : view ? (
            <Agreement view={view} works={works} />
          ) : (
            <Skeleton rows={8} label={t("app.loading")} />
          )}
        </TabPanel>
        <TabPanel id="gate" className={styles.panel!}>
          <Gate />
        </TabPanel>
      </Tabs>
      {recording && <RecordMissed onClose={() => setRecording(false)} />}
    </Screen>
  );
}

/** A scenario file is chosen and played in shadow mode, beside the ward. */
function Rehearse({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const play = async (file: File) => {
    setBusy(true);
    try {
      sayDone(await call("rehearse", { text: await file.text() }));
      askAgain();
      onDone();
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
    setBusy(false);
  };
  return (
    <>
      <Button
        size="small"
        icon={<IconFlask size={14} aria-hidden="true" />}
        isDisabled={busy}
        title={t("shadow.rehearse_words")}
        onPress={() => input.current?.click()}
      >
        {t("shadow.rehearse")}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label={t("shadow.rehearse")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) void play(file);
        }}
      />
    </>
  );
}

function Csv() {
  const { t } = useWords();
  const write = async () => {
    try {
      await call("export", { what: "agreement", from: null, to: null });
      sayDone({ said: t("shadow.csv_started"), undo: null });
    } catch (thrown) {
      sayError(asUserError(thrown));
    }
  };
  return (
    <Button size="small" icon={<IconFileTypeCsv size={14} aria-hidden="true" />} onPress={() => void write()}>
      {t("shadow.csv")}
    </Button>
  );
}
