// Settings and copies of the desk without an engine.

import type { KeepingJob } from "../../generated/KeepingJob";
import type { SafekeepingView } from "../../generated/SafekeepingView";
import type { SettingsView } from "../../generated/SettingsView";
import type { SettingView } from "../../generated/SettingView";
import { HostError } from "../host";
import { iso } from "./day";
import { TABLE } from "./settingsTable";

const MINUTE = 60_000;

export function settings() {
  const all: SettingView[] = TABLE.map((one) => ({
    above: false,
    at_least: null,
    at_most: null,
    choices: [],
    words: [],
    screen: null,
    unit: "",
    is_secret: false,
    changed_at: null,
    changed_by: null,
    ...one,
    default: one.value,
    is_default: true,
  }));
  const find = (name: string) => all.find((one) => one.name === name);
  const set = (name: string, value: unknown) => {
    const one = find(name);
    if (!one) return;
    one.value = JSON.stringify(value);
    one.is_default = one.value === one.default;
    one.changed_at = iso(Date.now());
    one.changed_by = "Sam Rivers, RN";
  };
  set("reply_wait_minutes", 10);
  set("backup_folder", "/mnt/copies");
  set("visit_filters", [
    { name: "Annex is closed", location: "North Annex" },
    { name: "Dr. Ray calls himself", provider: "Al Ray", event_type: "NOSHOWED" },
  ]);
  let job: KeepingJob | null = null;
  const copies = [1, 2, 3].map((days) => ({
    file: `careloop-k7wd2m4q-2026112${1 - (days % 2)}-080000Z.db`.replace("Z.db", `${days}Z.db`),
    at: iso(Date.now() - days * 1_440 * MINUTE + 200 * MINUTE),
    bytes: 48_300_000 - days * 400_000,
    lines: 61_204 - days * 900,
    patients: 42,
    readings: 10_411 - days * 130,
    recovery: days < 3 ? "Q7KD" : null,
  }));
  let recovery: SafekeepingView["recovery"] = { name: "Q7KD", at: iso(Date.now() - 3_000 * MINUTE), by: "Sam Rivers, RN" };

  /** A job that goes through its stages. */
  const run = (what: string, stages: string[], file: string) => {
    job = {
      what,
      by: "Sam Rivers, RN",
      since: iso(Date.now()),
      stage: stages[0] ?? "done",
      bytes: 0,
      of: 48_000_000,
      file,
      why: null,
      patients: null,
      readings: null,
      episodes: null,
      lines: null,
    };
    stages.forEach((stage, at) => {
      window.setTimeout(() => {
        if (job)
          job = {
            ...job,
            stage,
            bytes: Math.round((48_000_000 * (at + 1)) / stages.length),
            ...(stage === "done" && what === "test" ? { patients: 42, readings: 10_281, episodes: 64, lines: 60_304 } : {}),
          };
      }, at * 700);
    });
    return {};
  };
  return {
    settings: (): SettingsView => ({ settings: all.map((one) => ({ ...one })) }),
    setting_rights: () => ({
      rights: all.map((one) => {
        const ordered = ["default_limits", "stat_table", "after_hours_policy"].includes(one.name);
        const right = one.name === "mode" ? "gated" : ordered ? "ordered" : one.group === "intake" ? "plain" : "reasoned";
        return { name: one.name, right, needs_why: right !== "plain", needs_order: ordered, roles: right === "gated" ? [] : ["administrator"] };
      }),
      clinicians: [],
    }),
    change_settings: ({ settings: wanted, why }: { settings: Record<string, unknown>; why: string }) => {
      for (const [name, value] of Object.entries(wanted)) {
        const one = find(name);
        const refuse = (field: string, what: string) => {
          throw new HostError({
            code: "invalid",
            title: "Please check one field",
            what_happened: what,
            what_to_do: "Correct it and save again.",
            retryable: false,
            field,
          });
        };
        if (one?.kind === "number" && typeof value === "number" && (value < 0 || (one.above && value <= 0)))
          refuse(name, `${name}: must be more than 0, not ${value}`);
        if (!why.trim()) refuse("why", "Say why: the reason stays on the trail.");
        set(name, value);
      }
      return { said: "Saved. It counts from now on.", undo: null };
    },
    settings_export: () => ({
      name: "careloop-settings-k7wd2m4q.json",
      text: JSON.stringify({ careloop_settings: 1, settings: Object.fromEntries(all.map((one) => [one.name, JSON.parse(one.value)])) }, null, 2),
      left_out: ["heartbeat_url", "mode"],
    }),
    settings_diff: ({ text }: { text: string }) => {
      const file = JSON.parse(text) as { settings: Record<string, unknown> };
      const differences = Object.entries(file.settings)
        .filter(([name, value]) => find(name)?.value !== JSON.stringify(value))
        .map(([name, value]) => ({
          name,
          now: find(name)?.value ?? null,
          file: JSON.stringify(value),
          parts: [],
          refused: find(name) ? null : "there is no setting of this name",
        }));
      return { made_by: "Dana Vale", made_at: iso(Date.now() - 90 * MINUTE), workspace: "k7wd2m4q", differences, same: all.length - differences.length };
    },
    safekeeping: (): SafekeepingView => ({
      folder: JSON.parse(find("backup_folder")?.value ?? '""') as string,
      next_at: iso(Date.now() + 190 * MINUTE),
      trouble: null,
      last: { at: copies[0]?.at ?? "", file: copies[0]?.file ?? "", bytes: copies[0]?.bytes ?? 0, took_ms: 2_140 },
      failed_at: null,
      failed_why: null,
      tested: { at: iso(Date.now() - 4_000 * MINUTE), file: copies[2]?.file ?? "", why_not: null },
      recovery,
      copies,
      job,
      key_home: "the keyring of this desk",
      bytes: 48_320_512,
      lines: 61_204,
      archived: 20_000,
      archives: 1,
    }),
    copy_now: () => run("copy", ["writing", "pages", "tables", "trail", "done"], copies[0]?.file ?? ""),
    copy_test: ({ file }: { file: string }) => run("test", ["reading", "pages", "tables", "trail", "starting", "done"], file),
    recovery_key: () => {
      recovery = { name: "M3XR", at: iso(Date.now()), by: "Sam Rivers, RN" };
      return {
        name: "M3XR",
        groups: ["7KQMD", "0W3XH", "J9R2A", "TTC5V", "P4N8E", "6BYZ1", "GS0FW", "QH7K3"],
        made_at: iso(Date.now()),
        workspace: "k7wd2m4q",
      };
    },
  };
}
