// Check-ins of the desk without an engine.

import type { CheckInsView } from "../../generated/CheckInsView";
import { iso } from "./day";
import type { Someone } from "./people";

const done = (said: string) => ({ said, undo: null });

export function checkIns(everybody: Someone[]) {
  const view = (): CheckInsView => ({
    now: iso(Date.now()),
    live: true,
    quiet: "21:00 – 08:00",
    patients: everybody.map(({ brief, language }) => ({ mrn: brief.mrn, name: brief.name, language })),
    check_ins: [
      {
        id: 2,
        name: "Week 2 after discharge",
        script: "Hi {first_name}, {clinic} asks how you are today.",
        state: "running",
        day: iso(Date.now()).slice(0, 10),
        local_time: "09:00",
        repeat: "weekly",
        by: "Dana Vale",
        next: iso(Date.now() + 42 * 60_000),
        panel: everybody.length,
        sent: 24,
        waiting: 6,
        replies: 9,
        withheld: [{ why: "opted_out", patients: 2 }],
      },
    ],
  });
  return {
    check_ins: view,
    plan_check_in: () => done("Planned. Each patient gets it at their own local time."),
    end_check_in: () => done("Ended. What had not left is not sent."),
  };
}
