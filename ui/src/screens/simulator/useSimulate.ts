import { useRef } from "react";
import type { Commands } from "../../generated/Commands";
import type { SimOutcome } from "../../generated/SimOutcome";
import { asUserError, call } from "../../host";
import { queries } from "../../state/queries";
import { sayError } from "../../state/toasts";

type SimCommand = "sim_reading" | "sim_reply" | "sim_page" | "sim_vendor" | "sim_on_call" | "sim_demo";

/**
 * Sends a simulator command and asks for the new picture; a failure is said as everywhere else. A second press
 * while one is on its way does nothing: a button that disabled itself would lose the keyboard's place.
 */
export function useSimulate() {
  const busy = useRef(false);
  return {
    async simulate<K extends SimCommand>(name: K, args: Commands[K]["args"]): Promise<SimOutcome | null> {
      if (busy.current) return null;
      busy.current = true;
      try {
        return await call(name, args);
      } catch (thrown) {
        sayError(asUserError(thrown));
        return null;
      } finally {
        busy.current = false;
        void queries.invalidateQueries({ queryKey: ["simulator"] });
        void queries.invalidateQueries({ queryKey: ["phone"] });
        void queries.invalidateQueries({ queryKey: ["frame"] });
      }
    },
  };
}
