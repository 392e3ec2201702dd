// Who may change which setting: a few of each right, as the engine's table has them.

import type { Commands } from "../../generated/Commands";
import { HostError } from "../host";

type Rights = "setting_rights" | "change_settings";
type Handlers = { [K in Rights]: (args: Commands[K]["args"]) => Commands[K]["reply"] };

const RIGHTS: Record<string, string[]> = {
  gated: ["mode"],
  clinical: ["scripts", "danger_words"],
  ordered: ["default_limits", "stat_table", "after_hours_policy"],
  reasoned: ["reply_wait_minutes", "urgency_table", "pagerduty_severity_map", "quiet_hours_start", "quiet_hours_finish"],
  plain: ["customer_name", "customer_code", "heartbeat_url"],
};
const ROLES: Record<string, string[]> = { gated: [], clinical: ["clinician", "administrator"] };

export function rightsHandlers(): Handlers {
  const rights = Object.entries(RIGHTS).flatMap(([right, names]) =>
    names.map((name) => ({
      name,
      right,
      needs_why: !["plain", "gated"].includes(right),
      needs_order: right === "ordered",
      roles: ROLES[right] ?? ["administrator"],
    })),
  );
  return {
    setting_rights: () => ({ rights, clinicians: ["Dr. Kim", "Dr. Osei"] }),
    change_settings: ({ settings, why, ordered_by }) => {
      const asked = rights.filter((right) => right.name in settings);
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
      if (asked.some((right) => right.needs_why) && !why.trim()) refuse("why", "Say why: the reason stays on the trail.");
      if (asked.some((right) => right.needs_order) && !ordered_by?.trim()) refuse("ordered_by", "Name the clinician who ordered it.");
      return { said: "Saved. It counts from now on.", undo: null };
    },
  };
}
