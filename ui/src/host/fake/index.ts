// A host without an engine, for work on the screens: `?fake`, `?fake&rows=10000`, `?fake&empty`, `?fake&down`, `?fake&lost`.
// Only in development, or in a build with VITE_FAKE=1 to measure; the production build leaves it out.

import type { Commands } from "../../generated/Commands";
import type { Done } from "../../generated/Done";
import type { MessageView } from "../../generated/MessageView";
import type { NoticeKind } from "../../generated/NoticeKind";
import type { QuarantineRow } from "../../generated/QuarantineRow";
import type { SimIncident } from "../../generated/SimIncident";
import type { VendorHealth } from "../../generated/VendorHealth";
import { type Heard, type Host, HostError, type Link, Listeners, SignIn } from "../host";
import { backtestHandlers } from "./backtest";
import { checkIns } from "./checkins";
import { connect } from "./connect";
import { type Episode, episode, iso, KINDS, line, severityOf } from "./day";
import { door } from "./door";
import { hl7Handlers } from "./hl7";
import { messages as messageBrowser } from "./messages";
import { minutesAndMeasures } from "./minutes";
import { patientHandlers } from "./patients";
import { people, type Someone, seeded } from "./people";
import { connections, heldBack } from "./props";
import { rightsHandlers } from "./rights";
import { runbookHandlers } from "./runbook";
import { scriptsHandlers } from "./scripts";
import { later, seedDay } from "./seed";
import { settings } from "./settings";
import { shadowMode } from "./shadow";
import { visitHandlers } from "./visits";

const MINUTE = 60_000;

type Handlers = { [K in keyof Commands]: (args: Commands[K]["args"]) => Commands[K]["reply"] };

export function fakeHost(query: URLSearchParams): Host {
  const WHO = { name: "Ana Reyes", role: query.get("role") ?? "nurse", language: "en" as const };
  const notices = new Listeners<Heard>();
  const links = new Listeners<Link>();
  const everybody = people(Math.max(42, Number(query.get("rows") ?? 0)));
  const episodes = new Map<string, Episode>();
  const gone = new Map<string, number>();
  const undoable = new Map<string, () => void>();
  const random = seeded(99);
  let seq = 1;
  let notice = 0;
  let ids = 12;
  let muted: number | null = null;
  let playing = !query.has("still") && !query.has("empty");
  let present = true;
  let freshest: number | null = query.has("empty") ? Date.now() - 12_000 : null;
  const vendorState: Record<string, string> = {
    cerner: query.has("down") ? "down" : "up",
    twilio: "up",
    pagerduty: "up",
    slack: "up",
    ehr: "up",
  };
  const incidents: SimIncident[] = [];
  const phones = new Map<string, MessageView[]>();

  const tell = (kind: NoticeKind) => {
    notice += 1;
    notices.tell({ missed: false, notice: { seq: notice, notice: kind } });
  };
  const changed = (ep: Episode) => {
    seq += 1;
    const rank = { critical: 0, abnormal: 1, info: 2 }[ep.row.severity];
    ep.row = {
      ...ep.row,
      seq,
      order: rank * 1e6 + (ep.row.unacknowledged ? 0 : 5e5) + Math.floor((Date.parse(ep.row.opened_at) / 1_000) % 1e5),
    };
    tell({ type: "rows", ids: [ep.row.id] });
  };
  const messages = (mrn: string) => {
    let all = phones.get(mrn);
    if (!all) {
      all = [];
      phones.set(mrn, all);
    }
    return all;
  };

  function open(someone: Someone, vital: string, value: number, at: number): Episode {
    const id = `e${ids++}`;
    const ep = episode(id, someone, vital, value, at, Date.now(), ids);
    episodes.set(id, ep);
    for (const message of ep.detail.conversation) messages(someone.brief.mrn).push(message);
    if (ep.row.severity === "critical") {
      incidents.unshift({
        id: `P${1000 + ids}`,
        dedup_key: `careloop:${id}:1`,
        summary: `${someone.brief.case_id} ${vital} ${ep.row.value?.text}`,
        severity: "error",
        status: "triggered",
        at: iso(at + 1_400),
        assigned_to: present ? "Dr. Kim" : null,
      });
    }
    freshest = Math.max(freshest ?? 0, at);
    changed(ep);
    tell({ type: "frame" });
    tell({ type: "simulator" });
    return ep;
  }

  /** Very many rows, five of which change ten times a second. */
  function seedMany(many: number) {
    const now = Date.now();
    for (let i = 0; i < many; i += 1) {
      const vital = ["bp", "glucose", "spo2"][i % 3] as string;
      const ep = episode(
        `e${ids++}`,
        everybody[i % everybody.length] as Someone,
        vital,
        vital === "bp" ? 162 + (i % 25) : vital === "glucose" ? 304 + (i % 40) : 89,
        now - (i % 600) * MINUTE,
        now,
        i,
      );
      if (i % 3) later(ep, {});
      episodes.set(ep.row.id, ep);
      changed(ep);
    }
    if (many > 0) {
      window.setInterval(() => {
        const all = [...episodes.values()];
        for (let i = 0; i < 5; i += 1) {
          const ep = all[Math.floor(random() * all.length)] as Episode;
          ep.row = { ...ep.row, latest_at: iso(Date.now()) };
          changed(ep);
        }
      }, 100);
    }
  }

  if (!query.has("empty")) {
    seedDay({ everybody, open, changed });
    seedMany(Number(query.get("rows") ?? 0));
  }

  window.setInterval(
    () => {
      if (!playing || query.has("rows") || episodes.size > 60) return;
      const someone = everybody[Math.floor(random() * everybody.length)] as Someone;
      const vital = ["bp", "glucose", "spo2", "bp"][Math.floor(random() * 4)] as string;
      const value = vital === "bp" ? 161 + Math.floor(random() * 42) : vital === "glucose" ? 302 + Math.floor(random() * 70) : 87 + Math.floor(random() * 3);
      open(someone, vital, value, Date.now());
    },
    Number(query.get("pace") ?? 25_000),
  );

  const found = (id: string): Episode => {
    const ep = episodes.get(id);
    if (!ep)
      throw new HostError({
        code: "not_found",
        title: "Not found",
        what_happened: "The row is not there any more.",
        what_to_do: "Go back to the list; it shows what is there now.",
        retryable: false,
        field: null,
      });
    return ep;
  };

  function act(ep: Episode, said: string, title: string, change: () => void): Done {
    const before = {
      row: ep.row,
      detail: {
        ...ep.detail,
        timeline: [...ep.detail.timeline],
        notes: [...ep.detail.notes],
        conversation: [...ep.detail.conversation],
      },
    };
    change();
    ep.detail.timeline = [...ep.detail.timeline, line(Date.now(), "act", title, null, WHO.name)];
    changed(ep);
    tell({ type: "frame" });
    const token = `u${seq}`;
    undoable.set(token, () => {
      episodes.set(ep.row.id, ep);
      gone.delete(ep.row.id);
      ep.row = before.row;
      ep.detail = before.detail;
      changed(ep);
    });
    return { said, undo: { token, until: iso(Date.now() + 10_000) } };
  }

  const counts = () => {
    const all = [...episodes.values()].map((ep) => ep.row).filter((row) => row.group !== "closed");
    const of = (severity: string) => all.filter((row) => row.severity === severity && row.group !== "shelved").length;
    return {
      critical: of("critical"),
      abnormal: of("abnormal"),
      info: of("info"),
      unacknowledged: all.filter((row) => row.unacknowledged).length,
      shelved: all.filter((row) => row.group === "shelved").length,
    };
  };

  const health = (): VendorHealth[] =>
    (
      [
        ["cerner", "Cerner", 210],
        ["twilio", "Twilio", 180],
        ["pagerduty", "PagerDuty", 140],
        ["slack", "Slack", 90],
        ["ehr", "EHR", null],
      ] as const
    ).map(([vendor, label, ms], i) => {
      const bad = vendorState[vendor] !== "up";
      const slow = vendorState[vendor] === "slow";
      return {
        vendor,
        label,
        base_url: `http://127.0.0.1:4110/${vendor}`,
        built_in: true,
        state: bad ? (slow ? "slow" : "failing") : ms === null ? "idle" : "ok",
        latency_ms: slow ? 4_200 : ms,
        queued: bad ? 3 : 0,
        oldest_queued_at: bad ? iso(Date.now() - 4 * MINUTE) : null,
        last_ok_at: ms === null ? null : iso(Date.now() - (bad ? 4 * MINUTE : 9_000)),
        requests_today: ms === null ? 0 : 214,
        failures_today: bad ? 7 : 0,
        last_minute: i * 3,
        per_minute: [200, 60, 120][i] ?? null,
        problem: bad ? (slow ? `${label} answers slowly, 4.2 s.` : `${label} answers 503 since 4 min.`) : null,
        what_to_do: bad ? "Writes are kept and go out in order when it is back." : null,
      };
    });

  let quarantine: QuarantineRow[] = query.has("empty") ? [] : heldBack(everybody);

  const handlers: Handlers = {
    ...patientHandlers(everybody, WHO),
    ...messageBrowser(everybody, query.has("empty")),
    ...checkIns(everybody),
    ...connect(WHO.role),
    ...shadowMode(everybody, query.has("empty")),
    ...minutesAndMeasures(everybody, query.has("empty")),
    ...door(WHO, query.get("door") ?? "open"),
    frame: () => ({
      now: iso(Date.now()),
      seq,
      profile: "sandbox",
      mode: query.has("shadow") ? "shadow" : "live",
      who: WHO,
      counts: counts(),
      vendors: health(),
      on_call: {
        state: present ? "known" : "nobody",
        names: present ? ["Dr. Kim"] : [],
        checked_at: iso(Date.now()),
      },
      freshest_reading_at: freshest === null ? null : iso(freshest),
      patients_watched: 42,
      sound: {
        sounding: [...episodes.values()].some((ep) => ep.row.unacknowledged && ep.row.severity === "critical") ? "critical" : null,
        muted_until: muted && muted > Date.now() ? iso(muted) : null,
        available: !query.has("silent"),
      },
      demo: playing,
      quarantined: quarantine.filter((q) => q.state === "waiting").length,
      downtimes: [],
      stuck: [],
      banners: [],
    }),
    worklist: ({ since, closed }) => {
      const rows = [...episodes.values()].map((ep) => ep.row).filter((row) => row.seq > since && (closed || row.group !== "closed"));
      return {
        seq,
        now: iso(Date.now()),
        whole: since === 0,
        rows,
        gone: since === 0 ? [] : [...gone].filter(([, at]) => at > since).map(([id]) => id),
        counts: counts(),
      };
    },
    episode: ({ id }) => ({ ...found(id).detail, row: found(id).row, now: iso(Date.now()) }),
    acknowledge: ({ id }) => {
      const ep = found(id);
      return act(
        ep,
        `Acknowledged ${ep.someone?.brief.name ?? ""}. You hold it for ${ep.row.severity === "critical" ? 10 : 60} minutes.`,
        "Acknowledged",
        () => {
          const until = iso(Date.now() + (ep.row.severity === "critical" ? 10 : 60) * MINUTE);
          later(ep, {
            state: "acknowledged",
            holder: { name: WHO.name, since: iso(Date.now()), until, claimed: false },
            next: { what: "lease", due: until },
            allowed: ep.row.allowed.filter((k) => k !== "A"),
          });
        },
      );
    },
    claim: ({ id }) => {
      const ep = found(id);
      return act(ep, `You are taking ${ep.someone?.brief.name ?? "this"}.`, "Claimed", () => {
        const until = iso(Date.now() + 10 * MINUTE);
        later(ep, {
          state: "acknowledged",
          holder: { name: WHO.name, since: iso(Date.now()), until, claimed: true },
          next: { what: "lease", due: until },
          allowed: ep.row.allowed.filter((k) => k !== "A" && k !== "C"),
        });
      });
    },
    shelve: ({ id, minutes, reason }) => {
      const ep = found(id);
      return act(ep, `Shelved for ${minutes} minutes.`, "Shelved", () => {
        const until = iso(Date.now() + minutes * MINUTE);
        later(ep, {
          state: "shelved",
          group: "shelved",
          shelf: { by: WHO.name, reason, until },
          next: { what: "shelf", due: until },
        });
      });
    },
    unshelve: ({ id }) => {
      const ep = found(id);
      return act(ep, "Taken off the shelf.", "Taken off the shelf", () => {
        ep.row = { ...ep.row, shelf: null, group: "now", state: "open", unacknowledged: true };
      });
    },
    text: ({ id, body }) => {
      const ep = found(id);
      return act(ep, "The text goes out in 10 seconds.", "Text written", () => {
        const message: MessageView = {
          at: iso(Date.now()),
          from_patient: false,
          body,
          purpose: "nurse",
          status: "owed",
          why: null,
          read_as: null,
        };
        ep.detail.conversation = [...ep.detail.conversation, message];
        if (ep.someone) messages(ep.someone.brief.mrn).push(message);
      });
    },
    page: ({ id, reason }) => {
      const ep = found(id);
      return act(ep, "Dr. Kim is paged in 10 seconds.", "Paged by hand", () => {
        ep.detail.pages = [
          ...ep.detail.pages,
          {
            step: ep.detail.pages.length + 1,
            at: iso(Date.now()),
            urgency: "High",
            reason,
            status: "owed",
            by: null,
          },
        ];
        ep.row = { ...ep.row, state: "paged" };
      });
    },
    call: ({ id, outcome, note }) => {
      const ep = found(id);
      return act(ep, "The call is logged.", `Called: ${outcome.replace("_", " ")}`, () => {
        if (note) ep.detail.notes = [...ep.detail.notes, { at: iso(Date.now()), by: WHO.name, text: note }];
      });
    },
    note: ({ id, text }) => {
      const ep = found(id);
      return act(ep, "The note is saved.", "Note written", () => {
        ep.detail.notes = [...ep.detail.notes, { at: iso(Date.now()), by: WHO.name, text }];
      });
    },
    close: ({ id, disposition }) => {
      const ep = found(id);
      const done = act(ep, `Closed ${ep.someone?.brief.name ?? ""}: ${disposition.replace("_", " ")}.`, "Closed", () =>
        later(ep, { group: "closed", state: "closed", next: null, allowed: ["N"] }),
      );
      gone.set(id, seq);
      return done;
    },
    complete: ({ id }) => act(found(id), "The record is complete.", "Completed", () => undefined),
    undo: ({ token }) => {
      const undo = undoable.get(token);
      if (!undo)
        throw new HostError({
          code: "too_late",
          title: "Too late",
          what_happened: "It has already left.",
          what_to_do: "Write a note, or call.",
          retryable: false,
          field: null,
        });
      undo();
      undoable.delete(token);
      return { said: "Undone.", undo: null };
    },
    mute: ({ minutes }) => {
      muted = minutes ? Date.now() + minutes * MINUTE : null;
      tell({ type: "frame" });
      return { said: minutes ? `Muted for ${minutes} minutes.` : "The sound is on.", undo: null };
    },
    sound_test: () => ({ said: "Listen: the critical pattern, once.", undo: null }),
    connections: () => connections({ vendors: health(), quarantine, everybody, freshest, empty: query.has("empty") }),
    reprocess: ({ id }) => {
      quarantine = quarantine.map((q) => (q.id === id ? { ...q, state: "reprocessed" } : q));
      tell({ type: "connections" });
      return { said: "It could be used this time.", undo: null };
    },
    set_aside: ({ id }) => {
      quarantine = quarantine.map((q) => (q.id === id ? { ...q, state: "set_aside" } : q));
      tell({ type: "connections" });
      return { said: "Set aside. It stays in the trail.", undo: null };
    },
    ...backtestHandlers(everybody),
    ...runbookHandlers(everybody),
    ...hl7Handlers(),
    ...rightsHandlers(),
    ...scriptsHandlers(WHO.role),
    ...settings(),
    ...visitHandlers(everybody, query.has("empty"), tell),
    simulator: () => ({
      now: iso(Date.now()),
      patients: everybody.slice(0, 42).map((someone, i) => ({
        patient: someone.brief,
        phone: someone.phone,
        language: someone.language,
        local_time: new Date().toLocaleTimeString("en-US", {
          hour: "numeric",
          minute: "2-digit",
          timeZone: someone.zone,
        }),
        unread: i % 4 === 0 ? messages(someone.brief.mrn).filter((m) => !m.from_patient).length : 0,
      })),
      incidents: [...incidents],
      vendors: health().map((v) => ({
        vendor: v.vendor,
        label: v.label,
        state: vendorState[v.vendor] as string,
        built_in: true,
      })),
      on_call_present: present,
      demo: { playing, events_left: 118, speed: 1 },
      played: null,
    }),
    sim_phone: ({ mrn }) => ({
      mrn,
      phone: everybody.find((s) => s.brief.mrn === mrn)?.phone ?? null,
      messages: [...messages(mrn)],
    }),
    sim_reading: ({ mrn, vital, value, systolic, unit }) => {
      const someone = everybody.find((s) => s.brief.mrn === mrn) as Someone;
      const number = systolic ?? value ?? 0;
      if (unit === "[stone_av]") {
        const at = Date.now();
        quarantine = [
          {
            id: at,
            at: iso(at),
            source: "simulator",
            reason: "unknown_unit",
            field: "Observation.valueQuantity.code",
            detail: "The unit “[stone_av]” is not known for weight. It is never guessed.",
            patient: someone.brief,
            body: JSON.stringify({ value, unit }),
            state: "waiting",
          },
          ...quarantine,
        ];
        tell({ type: "connections" });
        return { outcome: "quarantined", said: "The unit “[stone_av]” is not known for weight.", row: null };
      }
      if (!(vital in KINDS) || (vital !== "weight" && severityOf(vital, number) === "info"))
        return { outcome: "kept", said: "Kept and judged routine: inside the limits.", row: null };
      const ep = open(someone, vital, number, Date.now());
      return { outcome: "kept", said: `Kept and judged ${ep.row.severity}.`, row: ep.row.id };
    },
    sim_reply: ({ mrn, text }) => {
      const message: MessageView = {
        at: iso(Date.now()),
        from_patient: true,
        body: text,
        purpose: "reply",
        status: "received",
        why: null,
        read_as: /^y/i.test(text) ? "YES: symptoms" : /^n/i.test(text) ? "NO: no symptoms" : "not understood",
      };
      messages(mrn).push(message);
      let row: string | null = null;
      for (const ep of episodes.values()) {
        if (ep.someone?.brief.mrn !== mrn || ep.row.group === "closed") continue;
        row = ep.row.id;
        ep.detail.conversation = [...ep.detail.conversation, message];
        ep.row = /^y/i.test(text)
          ? { ...ep.row, state: "paged", marks: ["symptoms"] }
          : { ...ep.row, state: "answered_no", group: "later", marks: ["no symptoms"] };
        changed(ep);
      }
      tell({ type: "simulator" });
      return { outcome: "kept", said: `Answer received, ${message.read_as}.`, row };
    },
    sim_page: ({ incident, action }) => {
      const one = incidents.find((i) => i.id === incident);
      if (one) one.status = action === "acknowledge" ? "acknowledged" : action === "annotate" ? one.status : "resolved";
      tell({ type: "simulator" });
      return { outcome: "kept", said: "The pager told the console.", row: null };
    },
    sim_vendor: ({ vendor, state }) => {
      vendorState[vendor] = state;
      tell({ type: "frame" });
      tell({ type: "simulator" });
      return { outcome: "kept", said: `${vendor} is ${state}.`, row: null };
    },
    sim_on_call: (args) => {
      present = args.present;
      tell({ type: "frame" });
      tell({ type: "simulator" });
      return { outcome: "kept", said: present ? "Dr. Kim is on call." : "Nobody is on call.", row: null };
    },
    sim_play: ({ text }) => {
      const name = (JSON.parse(text) as { name?: string }).name ?? "scenario";
      const at = Date.parse("2026-03-05T19:00:00Z");
      return {
        name,
        passed: false,
        took_ms: 41,
        lines: [
          ["intake", "kept, 1022228"],
          ["verdict", "bp 165/95 abnormal, limit 160"],
          ["sms", "symptom_check to +12025550101 sent"],
          ["page", "trigger warning, no_answer"],
        ].map(([kind, said], i) => ({
          at: iso(at + (i === 3 ? 15 * MINUTE : i * 40)),
          kind: kind as string,
          text: said as string,
          raw: JSON.stringify({ kind, said }),
        })),
        differences: ["expected chart note done, found none", "expected page at 19:15:00Z within 1 s, found 19:15:00Z: held"],
      };
    },
    sim_demo: (args) => {
      playing = args.playing;
      tell({ type: "simulator" });
      return {
        outcome: "kept",
        said: playing ? "The demo day plays." : "The demo day is paused.",
        row: null,
      };
    },
  };

  const lost = query.has("lost");
  return {
    signIn: new SignIn(null),
    async call(name, args) {
      await new Promise((resolve) => window.setTimeout(resolve, Number(query.get("slow") ?? 15)));
      if (lost && name !== "frame" && name !== "worklist")
        throw new HostError({
          code: "unreachable",
          title: "",
          what_happened: "",
          what_to_do: "",
          retryable: true,
          field: null,
        });
      // Serialised as a wire would, so that nothing is shared by accident.
      return JSON.parse(JSON.stringify(handlers[name](args))) as never;
    },
    onNotice: (listener) => notices.add(listener),
    onLink: (listener) => {
      listener(lost ? { state: "lost", since: Date.now() - 42_000 } : { state: "connected" });
      return links.add(listener);
    },
  };
}
