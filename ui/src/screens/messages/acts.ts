import type { Commands } from "../../generated/Commands";
import type { Done } from "../../generated/Done";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";
import { queries } from "../../state/queries";
import { sayDone, sayError } from "../../state/toasts";

type Act = { [K in keyof Commands]: Commands[K]["reply"] extends Done ? K : never }[keyof Commands];

/** What the screen shows again after an act. */
const OLD = ["messages", "message", "frame", "connections"];

/** Does it and says what came of it. An error that names a field is given back, to be shown there. */
export async function act<K extends Act>(name: K, args: Commands[K]["args"]): Promise<UserError | null> {
  try {
    sayDone((await call(name, args)) as Done);
    return null;
  } catch (thrown) {
    const error = asUserError(thrown);
    if (!error.field) sayError(error);
    return error;
  } finally {
    for (const key of OLD) void queries.invalidateQueries({ queryKey: [key] });
  }
}
