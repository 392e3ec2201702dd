// English: the measure of every other language. Keys are checked by the compiler; a file a screen.

import * as audit from "./audit";
import * as backtest from "./backtest";
import * as checkins from "./checkins";
import * as common from "./common";
import * as connect from "./connect";
import * as connections from "./connections";
import * as door from "./door";
import * as frame from "./frame";
import * as messages from "./messages";
import * as minutes from "./minutes";
import * as patients from "./patients";
import * as people from "./people";
import * as runbook from "./runbook";
import * as scripts from "./scripts";
import * as settingNames from "./settingNames";
import * as settings from "./settings";
import * as shadow from "./shadow";
import * as simulator from "./simulator";
import * as visits from "./visits";
import * as worklist from "./worklist";

export const en = {
  ...common,
  ...audit,
  ...backtest,
  ...frame,
  ...worklist,
  ...runbook,
  ...simulator,
  ...connections,
  ...connect,
  ...door,
  ...patients,
  ...people,
  ...visits,
  ...messages,
  ...checkins,
  ...scripts,
  ...shadow,
  ...settings,
  ...settingNames,
  ...minutes,
};

type Loose<T> = { readonly [K in keyof T]: T[K] extends string ? string : Loose<T[K]> };

/** What every language must say: the same keys as English. */
export type Words = Loose<typeof en>;
