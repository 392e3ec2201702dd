import type { UserError } from "../generated/UserError";
import styles from "./Refused.module.css";

/** Why a form was not taken, unless the field at fault says so itself. */
export function Refused({ error }: { error: UserError | null }) {
  if (!error || (error.field && error.code === "invalid")) return null;
  return (
    <p className={styles.refused} role="alert">
      <b>{error.what_happened}</b> {error.what_to_do}
    </p>
  );
}
