// A live desk in shadow: readings come in, a nurse judges what would have been sent, the report counts it, and only two
// people's signatures open the gate.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import {
  addPerson,
  test as base,
  expect,
  go,
  liveDesk,
  type Staff,
  setUp,
  signIn,
  signInFirst,
  signOut,
} from "./live";

const dana: Staff = { name: "Dana Vale", login: "dana", password: "lantern river copper" };
const kim: Staff = { name: "Dr. Kim Osei", login: "kim", password: "eight amber lanterns" };
const FIRST = "seven green bicycles";

const people = [
  { mrn: "5500101", first_name: "Ines", last_name: "Okafor", phone: "+12025550101" },
  { mrn: "5500102", first_name: "Tomas", last_name: "Brandt", phone: "+12025550102" },
];

/** A live desk that knows two patients and asks for no days of shadow. */
const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that are wanted.
  live: async ({}, use) => {
    const file = join(mkdtempSync(join(tmpdir(), "careloop-shadow-")), "config.json");
    const settings = {
      shadow_days_minimum: 0,
      case_lookup_phone: "+12025550199",
      quiet_hours_start: "0000",
      quiet_hours_finish: "0000",
    };
    writeFileSync(file, JSON.stringify({ settings, patients: people }));
    const live = await liveDesk("--config", file);
    await use(live);
    await live.stop();
  },
});

async function pressure(hooks: string, mrn: string, systolic: number, diastolic: number) {
  const part = (code: string, value: number) => ({
    code: { coding: [{ system: "http://loinc.org", code }] },
    valueQuantity: { value, unit: "mmHg", system: "http://unitsofmeasure.org", code: "mm[Hg]" },
  });
  const answer = await fetch(`${hooks}/fhir`, {
    method: "POST",
    headers: { "content-type": "application/fhir+json" },
    body: JSON.stringify({
      resourceType: "Observation",
      id: `${mrn}-${systolic}`,
      status: "final",
      code: { coding: [{ system: "http://loinc.org", code: "85354-9" }] },
      subject: { identifier: { value: mrn } },
      effectiveDateTime: new Date().toISOString(),
      component: [part("8480-6", systolic), part("8462-4", diastolic)],
    }),
  });
  expect(answer.ok).toBe(true);
}

async function expectNoAxeFinding(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => `${found.id}: ${found.nodes[0]?.html}`)).toEqual([]);
}

/** The time as a nurse types it. */
function clock(at = new Date()): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

const figure = (page: Page, name: string) =>
  page.locator("dl > div").filter({ has: page.locator("dt", { hasText: new RegExp(`^${name}$`, "i") }) });

test("a nurse judges what shadow mode held back, the report counts it, and two sign before it goes live", async ({
  page,
  live,
}) => {
  test.slow();
  const codes = await setUp(page, live.link, dana);
  await addPerson(page, kim, /Clinician/, FIRST);
  await expect(page.getByText("SHADOW", { exact: true })).toBeVisible();

  // Two readings beyond their limits; one is judged on the Worklist with one key, and taken back and judged again.
  await pressure(live.hooks, "5500101", 165, 95);
  await pressure(live.hooks, "5500102", 195, 96);
  await go(page, "worklist");
  await expect(page.getByRole("row", { name: /Okafor/ })).toBeVisible();
  await page.getByRole("row", { name: /Okafor/ }).click();
  const own = page.getByRole("region", { name: "Your own judgement" });
  await own.waitFor();
  await page.keyboard.press("y");
  await expect(own).toContainText("Dana Vale says: would have too");
  await page.keyboard.press("u");
  await expect(own).not.toContainText("Dana Vale says");
  await page.keyboard.press("y");
  await expect(own).toContainText("Dana Vale says: would have too");

  // The other in the report's own list; and one that the console never raised.
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await page.getByRole("heading", { name: "Shadow report" }).waitFor();
  await expect(figure(page, "agreed")).toContainText("1");
  await expect(figure(page, "not judged yet")).toContainText("1");
  const brandt = page.getByRole("listitem", { name: /Brandt/ });
  await brandt.getByRole("button", { name: "Not needed" }).click();
  await expect(figure(page, "extra")).toContainText("1");
  await page.keyboard.press("m");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("MRN").fill("5500101");
  await dialog.getByLabel("When you noticed it").fill(clock());
  await dialog.getByLabel("What you did").fill("Called her after her daughter rang.");
  await dialog.getByRole("button", { name: "Record it" }).click();
  await expect(figure(page, "missed")).toContainText("1");
  await expect(figure(page, "agreement")).toContainText("33 %");
  await expectNoAxeFinding(page);

  // The gate is closed, and says why.
  await page.getByRole("tab", { name: "Going live" }).click();
  for (const one of ["Glucose", "Weight", "Oxygen", "Heart rate", "Visits", "Check-ins"]) {
    await page.getByRole("checkbox", { name: one }).click({ force: true });
  }
  const need = (name: string) =>
    page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: new RegExp(`^${name} `) }) });
  const goLive = page.getByRole("button", { name: "Go live" });
  await expect(need("Missed alerts explained")).toContainText("1 missed and not explained");
  await expect(need("Alerts judged")).toContainText("met");
  await expect(goLive).toBeDisabled();
  await expectNoAxeFinding(page);

  await page.getByRole("tab", { name: "Agreement" }).click();
  await page.getByRole("button", { name: "Explain" }).click();
  await dialog.getByLabel("Why").fill("Her cuff was not connected that night.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("not explained yet")).toBeHidden();
  await page.getByRole("tab", { name: "Going live" }).click();
  for (const one of ["Glucose", "Weight", "Oxygen", "Heart rate", "Visits", "Check-ins"]) {
    await page.getByRole("checkbox", { name: one }).click({ force: true });
  }
  await expect(need("Missed alerts explained")).toContainText("met");

  // What this desk cannot have is waived with a reason, one by one.
  for (const name of [
    "Connections",
    "Least privilege",
    '"warning" rings',
    "On call for seven days",
    "Agreements \\(BAA\\)",
  ]) {
    await need(name).getByRole("button", { name: "Go without it" }).click();
    await dialog.getByLabel(/Reason/).fill("A desk of a test reaches no vendor.");
    await dialog.getByRole("button", { name: "Go without it" }).click();
    await expect(need(name)).toContainText("Waived by Dana Vale");
  }
  await expect(need("Nurse lead")).toContainText("open");
  await expect(goLive).toBeDisabled();
  await page.getByRole("button", { name: "Sign as nurse lead" }).click();
  await expect(need("Nurse lead")).toContainText("Signed by Dana Vale");
  await expect(page.getByRole("button", { name: "Sign as medical director" })).toHaveCount(0);
  await expect(goLive).toBeDisabled();

  // The second signature is somebody else's, in a session of their own.
  await signOut(page, dana);
  await signInFirst(page, kim, FIRST);
  await page.getByRole("navigation").waitFor();
  await go(page, "shadow");
  await page.getByRole("tab", { name: "Going live" }).click();
  for (const one of ["Glucose", "Weight", "Oxygen", "Heart rate", "Visits", "Check-ins"]) {
    await page.getByRole("checkbox", { name: one }).click({ force: true });
  }
  await page.getByRole("button", { name: "Sign as medical director" }).click();
  await expect(page.getByText("Every requirement is met.")).toBeVisible();
  await expect(goLive).toBeDisabled();
  await signOut(page, kim);

  await signIn(page, dana, codes[0] as string);
  await page.getByRole("navigation").waitFor();
  await go(page, "shadow");
  await page.getByRole("tab", { name: "Going live" }).click();
  for (const one of ["Glucose", "Weight", "Oxygen", "Heart rate", "Visits", "Check-ins"]) {
    await page.getByRole("checkbox", { name: one }).click({ force: true });
  }
  await goLive.click();
  await dialog.getByRole("button", { name: "Go live" }).click();
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Back to shadow" })).toBeVisible();

  // Back at once, with a reason.
  await page.getByRole("button", { name: "Back to shadow" }).click();
  await dialog.getByLabel(/Reason/).fill("Two wrong pages last night.");
  await dialog.getByRole("button", { name: "Back to shadow" }).click();
  await expect(page.getByText("live", { exact: true })).toHaveCount(0);
});
