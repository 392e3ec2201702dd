import { useState } from "react";
import type { Commands } from "../../generated/Commands";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";

/** One request at a time, with its refusal kept for the field it names. */
export function useAsk() {
  const [error, setError] = useState<UserError | null>(null);
  const [busy, setBusy] = useState(false);
  return {
    busy,
    error,
    forget: () => setError(null),
    /** What a field has against it. */
    at: (field: string) => (error?.field === field ? error.what_happened : undefined),
    async ask<K extends keyof Commands>(
      name: K,
      args: Commands[K]["args"],
    ): Promise<Commands[K]["reply"] | null> {
      setBusy(true);
      setError(null);
      try {
        return await call(name, args);
      } catch (thrown) {
        setError(asUserError(thrown));
        return null;
      } finally {
        setBusy(false);
      }
    },
  };
}
