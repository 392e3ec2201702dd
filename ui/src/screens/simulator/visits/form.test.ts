import { expect, test } from "vitest";
import { newVisit, nextEvent, wallClock } from "./form";

const blank = {
  provider_first_name: "Francis",
  provider_last_name: "Diaz",
  callback_phone: "+12025550190",
  location: "Pacific Primary Care",
  wall_clock: "2026-03-10T15:00",
  offset: "-0500",
};

test("a new visit has its doctor, place and time, and no patient", () => {
  expect(newVisit(blank)).toMatchObject({
    ...blank,
    appointment_id: null,
    first_name: "",
    last_name: "",
    phone: "",
  });
});

test("the next event of a visit leaves every field as it is", () => {
  const { event_type, appointment_id, ...fields } = nextEvent("SIM-1", "CANCELED");
  expect([event_type, appointment_id]).toEqual(["CANCELED", "SIM-1"]);
  expect(Object.values(fields).every((field) => field === "")).toBe(true);
});

test("a visit's wall clock is its own, half hours included", () => {
  expect(wallClock({ starts_at: "2026-03-10T20:00:00Z", offset: "-0500" })).toBe("2026-03-10T15:00");
  expect(wallClock({ starts_at: "2026-07-15T11:40:00Z", offset: "-0230" })).toBe("2026-07-15T09:10");
  expect(wallClock({ starts_at: "2026-03-10T20:00:00Z", offset: "+0530" })).toBe("2026-03-11T01:30");
});
