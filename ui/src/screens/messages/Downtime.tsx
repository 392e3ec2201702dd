// Stops of sending and announced maintenance: what holds now, and the two switches.

import { IconHandStop, IconTool } from "@tabler/icons-react";
import { useState } from "react";
import type { DowntimeView } from "../../generated/DowntimeView";
import type { UserError } from "../../generated/UserError";
import { useWords } from "../../i18n/useWords";
import { Button } from "../../parts/Button";
import { Dialog, DialogFoot } from "../../parts/Dialog";
import { NumberField, Select, TextField } from "../../parts/Field";
import { engineNow } from "../../state/clock";
import { useFrame } from "../../state/queries";
import { shortTime } from "../../words/time";
import { act } from "./acts";
import styles from "./Messages.module.css";
import { VENDORS } from "./source";

const MAY = new Set(["clinician", "administrator"]);

export function Downtime() {
  const { t } = useWords();
  const { data: frame } = useFrame();
  const [open, setOpen] = useState<"stop" | "announce" | null>(null);
  if (!frame) return null;
  const may = MAY.has(frame.who.role);
  if (!may && frame.downtimes.length === 0) return null;
  const labels = new Map(frame.vendors.map((vendor) => [vendor.vendor, vendor.label]));
  return (
    <section className={styles.downtime} aria-label={t("downtime.title")}>
      {frame.downtimes.length === 0 && <p className={styles.quiet}>{t("downtime.none")}</p>}
      <ul>
        {frame.downtimes.map((downtime) => (
          <Holding key={downtime.id} downtime={downtime} may={may} />
        ))}
      </ul>
      {may && (
        <div className={styles.switches}>
          <Button
            size="small"
            icon={<IconHandStop size={14} aria-hidden="true" />}
            onPress={() => setOpen("stop")}
          >
            {t("downtime.stop")}
          </Button>
          <Button
            size="small"
            icon={<IconTool size={14} aria-hidden="true" />}
            onPress={() => setOpen("announce")}
          >
            {t("downtime.announce")}
          </Button>
        </div>
      )}
      {open === "stop" && <Stop labels={labels} onClose={() => setOpen(null)} />}
      {open === "announce" && <Announce labels={labels} onClose={() => setOpen(null)} />}
    </section>
  );
}

function Holding({ downtime, may }: { downtime: DowntimeView; may: boolean }) {
  const { t, language } = useWords();
  const stop = downtime.kind === "stop";
  const whom = downtime.label ?? t("downtime.everybody");
  const time = downtime.until ? shortTime(downtime.until, language) : "";
  const said = stop
    ? t("downtime.stopped", { whom })
    : downtime.active
      ? t("downtime.maintenance", { whom, time })
      : t("downtime.planned", { whom, time, from: shortTime(downtime.from, language) });
  const Icon = stop ? IconHandStop : IconTool;
  return (
    <li data-stop={stop || undefined}>
      <Icon size={16} aria-hidden="true" />
      <div>
        <b>{said}</b>
        <span>
          {t("downtime.by", { by: downtime.by, why: downtime.why })}
          {downtime.waiting > 0 && ` · ${t("downtime.wait", { count: downtime.waiting })}`}
        </span>
      </div>
      {may && (
        <Button size="small" onPress={() => void act("end_downtime", { id: downtime.id })}>
          {stop ? t("downtime.resume") : downtime.active ? t("downtime.end") : t("downtime.call_off")}
        </Button>
      )}
    </li>
  );
}

interface Props {
  labels: Map<string, string>;
  onClose: () => void;
}

function Stop({ labels, onClose }: Props) {
  const { t } = useWords();
  const [vendor, setVendor] = useState("everything");
  const [why, setWhy] = useState("");
  const [error, setError] = useState<UserError | null>(null);
  const send = async () => {
    const refused = await act("stop_sending", { vendor: vendor === "everything" ? "" : vendor, why });
    if (refused?.field) setError(refused);
    else onClose();
  };
  return (
    <Dialog title={t("downtime.stop_title")} onClose={onClose}>
      <p>{t("downtime.stop_words")}</p>
      <Select<string>
        label={t("downtime.to")}
        value={vendor}
        onChange={setVendor}
        options={[
          { id: "everything", label: t("downtime.everything") },
          ...VENDORS.map((id) => ({ id: id as string, label: labels.get(id) ?? id })),
        ]}
      />
      <TextField
        label={t("downtime.why")}
        value={why}
        onChange={setWhy}
        error={error?.what_happened}
        autoFocus
      />
      <DialogFoot>
        <Button onPress={onClose}>{t("act.cancel")}</Button>
        <Button tone="danger" onPress={() => void send()}>
          {t("downtime.do_stop")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}

function Announce({ labels, onClose }: Props) {
  const { t } = useWords();
  const [vendor, setVendor] = useState<string>("cerner");
  const [starts, setStarts] = useState(0);
  const [lasts, setLasts] = useState(60);
  const [why, setWhy] = useState("");
  const [error, setError] = useState<UserError | null>(null);
  const at = (field: string) => (error?.field === field ? error.what_happened : undefined);
  const send = async () => {
    const from = engineNow() + starts * 60_000;
    const refused = await act("announce_maintenance", {
      vendor,
      from: starts > 0 ? new Date(from).toISOString() : null,
      until: new Date(from + lasts * 60_000).toISOString(),
      why,
    });
    if (refused?.field) setError(refused);
    else onClose();
  };
  return (
    <Dialog title={t("downtime.announce_title")} onClose={onClose}>
      <p>{t("downtime.announce_words")}</p>
      <Select<string>
        label={t("downtime.vendor")}
        value={vendor}
        onChange={setVendor}
        options={VENDORS.map((id) => ({ id: id as string, label: labels.get(id) ?? id }))}
      />
      <div className={styles.two}>
        <NumberField
          label={t("downtime.starts")}
          unit={t("downtime.minutes_unit")}
          value={starts}
          onChange={setStarts}
          minValue={0}
          maxValue={20_160}
        />
        <NumberField
          label={t("downtime.lasts")}
          unit={t("downtime.minutes_unit")}
          value={lasts}
          onChange={setLasts}
          minValue={1}
          maxValue={20_160}
          error={at("until")}
        />
      </div>
      <TextField label={t("downtime.why")} value={why} onChange={setWhy} error={at("why")} />
      <DialogFoot>
        <Button onPress={onClose}>{t("act.cancel")}</Button>
        <Button tone="primary" onPress={() => void send()}>
          {t("downtime.do_announce")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}
