// The Simulator: send readings or visits, answer the phone, hold the pager, break a vendor, play a scenario.

import { useEffect, useMemo, useRef, useState } from "react";
import { ListBox, ListBoxItem, Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import type { SimPatient } from "../../generated/SimPatient";
import { useWords } from "../../i18n/useWords";
import { SearchField } from "../../parts/Field";
import { Failure, Nothing, Skeleton } from "../../parts/States";
import { useSimulator } from "../../state/queries";
import { goTo, useRoute } from "../../state/route";
import { Operations } from "./Operations";
import { Phone } from "./Phone";
import { Reading } from "./Reading";
import { Scenario } from "./Scenario";
import styles from "./Simulator.module.css";
import { SimulatedVisits } from "./visits/SimulatedVisits";

let playedBefore: string | null = null;
const SHOWN = 200;

export function Simulator() {
  const { t } = useWords();
  const route = useRoute();
  const part = route.row === "visits" ? "visits" : "vitals";
  return (
    <Tabs
      className={styles.whole!}
      selectedKey={part}
      onSelectionChange={(key) => (key === "visits" ? goTo("simulator", "visits") : goTo("simulator"))}
    >
      <h1 className="visually-hidden">{t("sim.title")}</h1>
      <TabList className={styles.parts!} aria-label={t("simv.mode")}>
        <Tab id="vitals" className={styles.part!}>
          {t("simv.vitals")}
        </Tab>
        <Tab id="visits" className={styles.part!} data-testid="simv-tab">
          {t("simv.visits")}
        </Tab>
      </TabList>
      <TabPanel id="vitals" className={styles.shown!}>
        <Vitals />
      </TabPanel>
      <TabPanel id="visits" className={styles.shown!}>
        <SimulatedVisits />
      </TabPanel>
    </Tabs>
  );
}

function Vitals() {
  const { t } = useWords();
  const simulator = useSimulator();
  const [chosen, setChosen] = useState<string | null>(playedBefore);
  const first = useRef<string | null>(null);
  const view = simulator.data;

  if (!view) {
    if (simulator.error) return <Failure thrown={simulator.error} onRetry={() => void simulator.refetch()} />;
    return <Skeleton rows={12} label={t("app.loading")} />;
  }
  // Somebody whose phone asks something is the one to play first.
  first.current ??= (view.patients.find((one) => one.unread > 0) ?? view.patients[0])?.patient.mrn ?? null;
  const patient =
    view.patients.find((one) => one.patient.mrn === (chosen ?? first.current)) ?? view.patients[0];
  return (
    <div className={styles.screen}>
      <Patients
        patients={view.patients}
        chosen={patient?.patient.mrn ?? null}
        onChoose={(mrn) => {
          playedBefore = mrn;
          setChosen(mrn);
        }}
      />
      <div className={styles.middle}>
        {patient && <Reading key={patient.patient.mrn} patient={patient} />}
        <Scenario last={view.played} />
      </div>
      <div className={styles.phone}>{patient && <Phone key={patient.patient.mrn} patient={patient} />}</div>
      <Operations view={view} />
    </div>
  );
}

interface PatientsProps {
  patients: SimPatient[];
  chosen: string | null;
  onChoose: (mrn: string) => void;
}

function Patients({ patients, chosen, onChoose }: PatientsProps) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const list = useRef<HTMLDivElement>(null);
  // The one played is in sight when the screen opens; after that the list stays where the person left it.
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "center" });
  }, []);
  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return patients
      .filter((one) => `${one.patient.name} ${one.patient.mrn}`.toLowerCase().includes(wanted))
      .slice(0, SHOWN);
  }, [patients, text]);
  return (
    <section className={styles.patients} aria-labelledby="sim-patients">
      <h2 id="sim-patients">{t("sim.patients")}</h2>
      <SearchField label={t("sim.find")} clear={t("list.clear_search")} value={text} onChange={setText} />
      {patients.length === 0 && <Nothing>{t("sim.no_patients")}</Nothing>}
      <ListBox
        ref={list}
        className={styles.list!}
        aria-labelledby="sim-patients"
        items={found}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={chosen ? [chosen] : []}
        onSelectionChange={(keys) => {
          const key = [...(keys as Set<string>)][0];
          if (key) onChoose(key);
        }}
        renderEmptyState={() => <Nothing>{t("sim.none_found")}</Nothing>}
      >
        {(one) => (
          <ListBoxItem
            id={one.patient.mrn}
            textValue={one.patient.name}
            className={styles.patient!}
            data-testid={`sim-patient-${one.patient.mrn}`}
          >
            <span className={styles.patientName}>
              <b>{one.patient.name}</b>
              <span>
                {one.patient.mrn} · {one.local_time}
              </span>
            </span>
            {one.unread > 0 && (
              <span className={styles.unread} role="img" aria-label={t("sim.unread", { count: one.unread })}>
                {one.unread}
              </span>
            )}
          </ListBoxItem>
        )}
      </ListBox>
    </section>
  );
}
