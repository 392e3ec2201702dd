import { useRef } from "react";
import type { Commands } from "../../generated/Commands";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";
import { queries } from "../../state/queries";
import { sayError } from "../../state/toasts";

type SimCommand = Extract<
  keyof Commands,
  | "sim_reading"
  | "sim_reply"
  | "sim_page"
  | "sim_vendor"
  | "sim_on_call"
  | "sim_demo"
  | "sim_visit"
  | "sim_visit_reminder"
  | "sim_visit_answer"
  | "sim_ehr"
>;

/**
 * Sends a simulator command and asks for the new picture; a failure is said as everywhere else. A second press
 * while one is on its way does nothing: a button that disabled itself would lose the keyboard's place.
 */
export function useSimulate() {
  const busy = useRef(false);
  return {
    /** `refused` is told of a refusal first and says whether it showed it; it is said at the foot otherwise. */
    async simulate<K extends SimCommand>(
      name: K,
      args: Commands[K]["args"],
      refused?: (error: UserError) => boolean,
    ): Promise<Commands[K]["reply"] | null> {
      if (busy.current) return null;
      busy.current = true;
      try {
        return await call(name, args);
      } catch (thrown) {
        const error = asUserError(thrown);
        if (!refused?.(error)) sayError(error);
        return null;
      } finally {
        busy.current = false;
        void queries.invalidateQueries({ queryKey: ["simulator"] });
        void queries.invalidateQueries({ queryKey: ["phone"] });
        void queries.invalidateQueries({ queryKey: ["sim_visits"] });
        void queries.invalidateQueries({ queryKey: ["frame"] });
      }
    },
  };
}
