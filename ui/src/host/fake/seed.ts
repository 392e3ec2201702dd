// How the made-up day looks when it is opened. Development only.

import type { WorklistRow } from "../../generated/WorklistRow";
import { type Episode, iso, lamps, line } from "./day";
import type { Someone } from "./people";

const MINUTE = 60_000;

/** Takes an episode out of what needs a person now. */
export function later(ep: Episode, change: Partial<WorklistRow>): void {
  ep.row = { ...ep.row, unacknowledged: false, group: "later", ...change };
}

interface Day {
  everybody: Someone[];
  open: (someone: Someone, vital: string, value: number, at: number) => Episode;
  changed: (ep: Episode) => void;
}

export function seedDay({ everybody, open, changed }: Day): void {
  const now = Date.now();
  const p = (i: number) => everybody[i] as Someone;
  open(p(0), "bp", 195, now - 80_000);
  open(p(4), "spo2", 86, now - 4 * MINUTE);
  open(p(1), "glucose", 310, now - 11 * MINUTE);
  open(p(9), "bp", 171, now - 6 * MINUTE);
  open(p(12), "weight", 184.2, now - 3 * MINUTE);
  const quarantined = open(p(5), "bp", 168, now - 26 * MINUTE);
  quarantined.row = {
    ...quarantined.row,
    id: quarantined.row.id,
    severity: "info",
    state: "task",
    vital: "weight",
    headline: "Weight of 82.4 without a unit; it cannot be judged",
    next_sentence: "It waits for a person. Nothing happens by itself until it is reviewed.",
    value: { text: "82.4", unit: "?", arrow: null, limit: null, distance: null, flag: "no unit" },
    next: { what: "review", due: iso(now + 34 * MINUTE) },
    marks: ["quarantined"],
    spark: [],
    lamps: lamps(now - 26 * MINUTE, { state: "impossible", why: "not judged" }, {}),
  };
  changed(quarantined);
  const kim = open(p(7), "bp", 198, now - 19 * MINUTE);
  later(kim, {
    state: "acknowledged",
    holder: {
      name: "Ana Reyes",
      since: iso(now - 3 * MINUTE),
      until: iso(now + 7 * MINUTE),
      claimed: true,
    },
    next: { what: "lease", due: iso(now + 7 * MINUTE) },
    marks: ["symptoms"],
    lamps: lamps(now - 19 * MINUTE, { state: "done", at: iso(now - 16 * MINUTE) }, { state: "done", at: iso(now - 12 * MINUTE) }, {}),
  });
  kim.detail.conversation.push({
    at: iso(now - 16 * MINUTE),
    from_patient: true,
    body: "Yes a bit dizzy",
    purpose: "reply",
    status: "received",
    why: null,
    read_as: "YES: symptoms",
  });
  kim.detail.timeline.push(
    line(now - 16 * MINUTE, "intake", "Answered: “Yes a bit dizzy”", "read as YES: symptoms"),
    line(now - 12 * MINUTE, "page", "Dr. Kim acknowledged the page", "PagerDuty webhook", "Dr. Kim"),
    line(now - 3 * MINUTE, "act", "Claimed", null, "Ana Reyes"),
  );
  kim.detail.notes.push({
    at: iso(now - 2 * MINUTE),
    by: "Ana Reyes",
    text: "Spoke with the daughter; rests now, measures again at half past.",
  });
  changed(kim);
  const roy = open(p(2), "bp", 166, now - 38 * MINUTE);
  later(roy, {
    state: "answered_no",
    marks: ["no symptoms"],
    next: { what: "review", due: iso(now + 22 * MINUTE) },
    next_sentence: "The patient answered: no symptoms. A nurse reviews it within the hour.",
    lamps: lamps(now - 38 * MINUTE, { state: "done", at: iso(now - 31 * MINUTE) }, { state: "impossible", why: "not needed: no symptoms" }, {}),
  });
  roy.detail.conversation.push({
    at: iso(now - 31 * MINUTE),
    from_patient: true,
    body: "no i feel ok",
    purpose: "reply",
    status: "received",
    why: null,
    read_as: "NO: no symptoms",
  });
  changed(roy);
  for (const [i, vital, value, minutes] of [
    [3, "glucose", 322, 52],
    [8, "spo2", 89, 65],
    [10, "bp", 174, 71],
    [15, "glucose", 338, 84],
    [18, "bp", 163, 96],
    [21, "weight", 184.4, 118],
    [23, "bp", 169, 140],
  ] as const) {
    const ep = open(p(i), vital, value, now - minutes * MINUTE);
    later(
      ep,
      i % 2
        ? {
            state: "paged",
            next: { what: "retry", due: iso(now + 3 * MINUTE) },
            holder: {
              name: "Ben Ortega",
              since: iso(now - 9 * MINUTE),
              until: iso(now + 50 * MINUTE),
              claimed: false,
            },
            lamps: lamps(now - minutes * MINUTE, { state: "impossible", why: "opted out" }, { state: "done", at: iso(now - 20 * MINUTE) }, {}),
            marks: ["opted out"],
          }
        : {
            state: "back_to_normal",
            next: { what: "lease", due: iso(now + 41 * MINUTE) },
            holder: {
              name: "Ana Reyes",
              since: iso(now - 19 * MINUTE),
              until: iso(now + 41 * MINUTE),
              claimed: false,
            },
            lamps: lamps(
              now - minutes * MINUTE,
              { state: "done", at: iso(now - 20 * MINUTE) },
              { state: "done", at: iso(now - 18 * MINUTE) },
              { state: "running", due: iso(now + 8 * MINUTE) },
            ),
            marks: ["back to normal"],
          },
    );
    changed(ep);
  }
  const shelved = open(p(26), "bp", 165, now - 50 * MINUTE);
  later(shelved, {
    state: "shelved",
    group: "shelved",
    shelf: { by: "Ana Reyes", reason: "cuff is being replaced", until: iso(now + 70 * MINUTE) },
    next: { what: "shelf", due: iso(now + 70 * MINUTE) },
  });
  changed(shelved);
}
