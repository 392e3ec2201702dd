// What the form of a simulated event holds, and the event that it makes.

import type { SimVisitArgs } from "../../../generated/SimVisitArgs";
import type { SimVisitBlank } from "../../../generated/SimVisitBlank";
import type { VisitRow } from "../../../generated/VisitRow";

export const EVENTS = ["BOOKED", "RESCHEDULED", "MODIFIED", "NOSHOWED", "CANCELED", "CONFIRMED"] as const;

/** A visit nobody has heard of yet: the doctor, the place and the time filled in, the patient to be named. */
export function newVisit(blank: SimVisitBlank): SimVisitArgs {
  return {
    event_type: "BOOKED",
    appointment_id: null,
    first_name: "",
    last_name: "",
    phone: "",
    ...blank,
  };
}

/** The next event of a visit that is known: a field left empty stays as it is. */
export function nextEvent(appointment_id: string, event_type: string): SimVisitArgs {
  return {
    event_type,
    appointment_id,
    first_name: "",
    last_name: "",
    phone: "",
    provider_first_name: "",
    provider_last_name: "",
    callback_phone: "",
    location: "",
    wall_clock: "",
    offset: "",
  };
}

/** A visit's own wall clock as YYYY-MM-DDTHH:mm; "-0230" is two and a half hours behind UTC. */
export function wallClock({ starts_at, offset }: Pick<VisitRow, "starts_at" | "offset">): string {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(offset) ?? [];
  const ahead = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === "-" ? -1 : 1);
  return new Date(Date.parse(starts_at) + ahead * 60_000).toISOString().slice(0, 16);
}
