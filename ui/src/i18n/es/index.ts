// Spanish, a file a screen as in English.

import type { Words } from "../en";
import * as common from "./common";
import * as connections from "./connections";
import * as frame from "./frame";
import * as simulator from "./simulator";
import * as worklist from "./worklist";

export const es: Words = { ...common, ...frame, ...worklist, ...simulator, ...connections };
