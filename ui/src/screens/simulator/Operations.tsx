import { IconDots, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import menu from "../../frame/Menu.module.css";
import type { SimIncident } from "../../generated/SimIncident";
import type { SimulatorView } from "../../generated/SimulatorView";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { Select, TextField } from "../../parts/Field";
import { Nothing } from "../../parts/States";
import { Switch } from "../../parts/Switch";
import { Age } from "../../parts/Times";
import { useFrame } from "../../state/queries";
import styles from "./Operations.module.css";
import { useSimulate } from "./useSimulate";

const STATES = ["up", "down", "unreachable", "slow", "rate_limited", "reject", "accept_then_drop"] as const;
type VendorState = (typeof STATES)[number];
const SPEEDS = [1, 2, 5, 10, 30] as const;

/** The demo day, the pager, who is on call, and the vendors to break. */
export function Operations({ view }: { view: SimulatorView }) {
  const { t } = useWords();
  const { simulate } = useSimulate();
  const { demo } = view;
  return (
    <div className={styles.operations}>
      <section aria-labelledby="sim-demo">
        <h2 id="sim-demo">{t("sim.demo")}</h2>
        <div className={styles.demo}>
          <Button
            icon={
              demo.playing ? (
                <IconPlayerPause size={16} aria-hidden="true" />
              ) : (
                <IconPlayerPlay size={16} aria-hidden="true" />
              )
            }
            onPress={() => void simulate("sim_demo", { playing: !demo.playing, speed: demo.speed })}
          >
            {demo.playing ? t("sim.pause") : t("sim.play")}
          </Button>
          <Select
            label={t("sim.speed")}
            hideLabel
            value={String(demo.speed)}
            onChange={(speed) => void simulate("sim_demo", { playing: demo.playing, speed: Number(speed) })}
            options={[...new Set([...SPEEDS, demo.speed])]
              .sort((a, b) => a - b)
              .map((speed) => ({ id: String(speed), label: `${speed}×` }))}
          />
        </div>
        <p className={styles.state}>
          {demo.playing ? t("sim.demo_playing") : t("sim.demo_paused")}
          <span>{t("sim.demo_left", { count: demo.events_left })}</span>
        </p>
      </section>
      <Pager incidents={view.incidents} />
      <section aria-labelledby="sim-vendors">
        <h2 id="sim-vendors">{t("sim.vendors")}</h2>
        <p className={styles.words}>{t("sim.vendors_words")}</p>
        <ul className={styles.vendors}>
          <li>
            <Switch
              spread
              isSelected={view.on_call_present}
              onChange={(present) => void simulate("sim_on_call", { present })}
            >
              {t("sim.on_call")}
            </Switch>
          </li>
          {view.vendors.map((vendor) => (
            <li key={vendor.vendor}>
              <span>{vendor.label}</span>
              {vendor.built_in ? (
                <Select
                  label={t("sim.vendor_state", { vendor: vendor.label })}
                  hideLabel
                  size="small"
                  value={vendor.state as VendorState}
                  onChange={(state) => void simulate("sim_vendor", { vendor: vendor.vendor, state })}
                  options={STATES.map((state) => ({ id: state, label: t(`sim.${state}`) }))}
                  {...(vendor.state === "up" ? {} : { tone: "alarm" as const })}
                />
              ) : (
                <span className={styles.real}>{t("sim.real")}</span>
              )}
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Pager({ incidents }: { incidents: SimIncident[] }) {
  const { t, word } = useWords();
  const { simulate } = useSimulate();
  const [asked, setAsked] = useState<{ incident: SimIncident; action: "resolve" | "annotate" } | null>(null);
  const onCall = useFrame().data?.on_call.names[0] ?? "Dr. Kim";
  return (
    <section aria-labelledby="sim-pager" className={styles.pager}>
      <h2 id="sim-pager">{t("sim.pager")}</h2>
      {incidents.length === 0 && <Nothing>{t("sim.pager_empty")}</Nothing>}
      <ul className={styles.incidents}>
        {incidents.map((incident) => (
          <li key={incident.id} className={styles.incident} data-status={incident.status}>
            <p className={styles.summary}>{incident.summary}</p>
            <p className={styles.facts}>
              <b>{word("status", incident.status)}</b>
              <span>{incident.severity}</span>
              {incident.assigned_to && <span>{incident.assigned_to}</span>}
              <Age at={incident.at} />
            </p>
            {incident.status !== "resolved" && (
              <p className={styles.acts}>
                {incident.status === "triggered" && (
                  <Button
                    size="small"
                    onPress={() =>
                      void simulate("sim_page", {
                        incident: incident.id,
                        action: "acknowledge",
                        by: incident.assigned_to ?? onCall,
                        note: "",
                      })
                    }
                  >
                    {t("sim.incident_ack")}
                  </Button>
                )}
                <Button size="small" onPress={() => setAsked({ incident, action: "resolve" })}>
                  {t("sim.incident_resolve")}
                </Button>
                <MenuTrigger>
                  <Button size="small" tone="quiet" iconOnly icon={<IconDots size={16} aria-hidden="true" />}>
                    {t("panel.more")}
                  </Button>
                  <Popover className={menu.popover!} placement="bottom end">
                    <Menu
                      className={menu.menu!}
                      aria-label={t("panel.more")}
                      onAction={(key) => {
                        if (key === "annotate") setAsked({ incident, action: "annotate" });
                        else
                          void simulate("sim_page", {
                            incident: incident.id,
                            action: "auto_resolve",
                            by: "",
                            note: "",
                          });
                      }}
                    >
                      <MenuItem id="annotate" className={menu.item!}>
                        {t("sim.incident_annotate")}
                      </MenuItem>
                      <MenuItem id="auto" className={menu.item!}>
                        {t("sim.incident_auto")}
                      </MenuItem>
                    </Menu>
                  </Popover>
                </MenuTrigger>
              </p>
            )}
          </li>
        ))}
      </ul>
      {asked && (
        <PagerNote
          incident={asked.incident}
          action={asked.action}
          by={asked.incident.assigned_to ?? onCall}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}

interface NoteProps {
  incident: SimIncident;
  action: "resolve" | "annotate";
  by: string;
  onClose: () => void;
}

function PagerNote({ incident, action, by, onClose }: NoteProps) {
  const { t } = useWords();
  const { simulate } = useSimulate();
  const [who, setWho] = useState(by);
  const [note, setNote] = useState("");
  const title = action === "resolve" ? t("sim.incident_resolve") : t("sim.incident_annotate");
  const ready = who.trim() !== "" && (action === "resolve" || note.trim() !== "");
  return (
    <Dialog title={title} about={incident.summary} onClose={onClose}>
      <form
        className={styles.form}
        onSubmit={async (event) => {
          event.preventDefault();
          if (ready && (await simulate("sim_page", { incident: incident.id, action, by: who, note })))
            onClose();
        }}
      >
        <TextField
          label={t("sim.incident_note")}
          hint={t("sim.incident_note_hint")}
          value={note}
          onChange={setNote}
          rows={2}
          autoFocus
        />
        <TextField label={t("sim.by")} value={who} onChange={setWho} />
        <DialogFoot>
          <Button onPress={onClose}>{t("act.cancel")}</Button>
          <Button tone="primary" type="submit" isDisabled={!ready}>
            {title}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  );
}
