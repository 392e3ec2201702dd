import { expect, test } from "./console";

test("every vendor is listed with its health in words", async ({ desk, page }) => {
  await desk.open("connections");
  for (const vendor of ["Cerner", "Twilio", "PagerDuty", "Slack", "EHR"]) {
    await expect(page.getByRole("region", { name: vendor, exact: true })).toContainText(
      /ok|slow|failing|not used yet/,
    );
  }
});

test("a weight in an unknown unit is kept in quarantine and can be tried again", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.play(patient.mrn);
  await page.getByRole("radio", { name: "Weight" }).click();
  await page.getByRole("button", { name: "Unknown unit" }).click();
  await page.getByRole("button", { name: "Send the reading" }).click();
  await expect(page.getByRole("list", { name: "What became of it" })).toContainText("Quarantined");

  await desk.go("connections");
  const held = page.getByRole("region", { name: "Quarantine" }).getByRole("listitem").first();
  await expect(held).toContainText(/unit/i);
  await held.getByRole("button", { name: "As received" }).click();
  await expect(held.locator("pre")).not.toBeEmpty();
  await held.getByRole("button", { name: "Try again" }).click();
  await expect(desk.said).not.toBeEmpty();
});

test("setting a record aside asks first and keeps it in the trail", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.play(patient.mrn);
  await page.getByRole("radio", { name: "Weight" }).click();
  await page.getByRole("button", { name: "Unknown unit" }).click();
  await page.getByRole("button", { name: "Send the reading" }).click();
  await expect(page.getByRole("list", { name: "What became of it" })).toContainText("Quarantined");

  await desk.go("connections");
  const quarantine = page.getByRole("region", { name: "Quarantine" });
  const waiting = quarantine.getByRole("button", { name: "Set aside" });
  await waiting.first().waitFor();
  const before = await waiting.count();
  await waiting.first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Set aside" }).click();
  await expect(waiting).toHaveCount(before - 1);
  await quarantine.getByRole("switch", { name: "Show settled" }).press("Space");
  await expect(quarantine).toContainText("set aside ·");
});

test("hooks are shown with a button to copy them", async ({ desk, page }) => {
  await desk.open("connections");
  const hooks = page.getByRole("region", { name: "Hooks" });
  await expect(hooks).toContainText("/hooks/");
  await hooks.getByRole("button", { name: /^Copy/ }).first().click();
  await expect(hooks).toContainText("Copied");
});

const MESSAGE = [
  "MSH|^~\\&|EHR|CLINIC|||20260305112000-0500||SIU^S12|M1|P|2.5",
  "SCH|P1|A1|||||||||^^^20260310150000-0500",
  "PID|1||77||Lee^Ann",
].join("\n");

test("an administrator sees a pasted message through the site map before it is saved", async ({
  desk,
  page,
}) => {
  await desk.open("connections");
  const map = page.getByRole("region", { name: "HL7 site map" });
  const number = map.getByLabel("Appointment number");
  const becomes = map.getByRole("region", { name: "What the message becomes" });
  await map.getByLabel("Paste a message").fill(MESSAGE);
  await expect(becomes.getByRole("row", { name: /^Appointment / })).toContainText("A1");
  await number.fill("SCH-1");
  await expect(becomes.getByRole("row", { name: /^Appointment / })).toContainText("P1");
  await number.fill("SCH-26");
  await expect(becomes).toContainText("SCH-26");
  await expect(becomes).toContainText("would be refused, answer AE");
  await number.fill("somewhere");
  await map.getByRole("button", { name: "Save the map" }).click();
  await expect(number).toHaveAttribute("aria-invalid", "true");
  await expect(map).toContainText("A place in a message is written like SCH-2");
  await number.fill("SCH-2");
  await map.getByRole("button", { name: "Save the map" }).click();
  await expect(desk.said).toContainText("Saved");
  await expect(becomes.getByRole("row", { name: /^Appointment / })).toContainText("A1");
  await desk.expectNoAxeFinding();
});
