import { useState } from "react";
import type { Done } from "../../generated/Done";
import type { UserError } from "../../generated/UserError";
import { asUserError } from "../../host";
import { queries } from "../../state/queries";
import { sayDone } from "../../state/toasts";

/** Sends one act at a time; a refusal is kept to be shown, and the report and the gate are asked again. */
export function useSend(onDone: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<UserError | null>(null);
  return {
    busy,
    error,
    fieldError: (field: string) => (error?.field === field ? error.what_happened : undefined),
    send: async (act: () => Promise<Done>) => {
      if (busy) return;
      setBusy(true);
      setError(null);
      try {
        sayDone(await act());
        askAgain();
        onDone();
      } catch (thrown) {
        setError(asUserError(thrown));
      }
      setBusy(false);
    },
  };
}

/** The report, the gate and the rows have changed. */
export function askAgain(): void {
  for (const key of ["shadow", "gate", "episode", "frame", "minutes"])
    void queries.invalidateQueries({ queryKey: [key] });
}
