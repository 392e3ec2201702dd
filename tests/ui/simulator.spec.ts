import { expect, test } from "./console";

test("a patient who answers YES on the phone leads to a page", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await expect(page.getByRole("log")).toContainText("Reply YES or NO");
  await page.getByRole("button", { name: "YES", exact: true }).click();
  await expect(page.getByRole("log")).toContainText(/YES$|YES\d/);

  await desk.openRow();
  await expect(desk.panel).toContainText("clinician paged");
  await expect(desk.panel.getByRole("tabpanel")).toContainText("YES: symptoms");
  await desk.panel.getByRole("tab", { name: "Pages and chart" }).click();
  await expect(desk.panel.getByRole("tabpanel")).toContainText("Page 1");
});

test("danger words page the clinician whatever was asked", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await page.getByRole("textbox", { name: "Answer as the patient" }).fill("Yes, chest pain");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("log")).toContainText("Yes, chest pain");

  await desk.openRow();
  await expect(desk.panel).toContainText("paged");
  await expect(desk.panel.getByRole("tabpanel")).toContainText("Yes, chest pain");
});

test("what the clinic texts arrives on the patient's phone", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Critical");
  await expect(page.getByRole("log")).toContainText("Reply YES or NO");
});

test("an incident is acknowledged on the pager and the row says so", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Critical");
  const incident = page
    .getByRole("region", { name: "Pager" })
    .getByRole("listitem")
    .filter({ hasText: patient.case_id });
  await expect(incident.first()).toContainText("triggered");
  await incident.first().getByRole("button", { name: "Acknowledge" }).click();
  await expect(incident.first()).toContainText("acknowledged");
});

test("a vendor that is down shows in the strip until it is back", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  const state = page.getByRole("button", { name: /State of Twilio/ });
  await state.click();
  await page.getByRole("option", { name: "Down", exact: true }).click();
  await desk.send(patient.mrn, "Critical");
  const twilio = desk.strip.locator('[data-vendor="twilio"]');
  await expect(twilio).toHaveAttribute("data-trouble", "true");
  await expect(twilio).toContainText(/failing|slow/);

  await page.getByRole("button", { name: /State of Twilio/ }).click();
  await page.getByRole("option", { name: "Up", exact: true }).click();
  await expect(twilio).not.toHaveAttribute("data-trouble", "true", { timeout: 60_000 });
});

test("nobody on call is said in the strip", async ({ desk, page }) => {
  await desk.open("simulator");
  const present = page.getByRole("switch", { name: "Somebody is on call" });
  await expect(present).toBeChecked();
  await present.press("Space");
  // The next page asks who is on call.
  await desk.send((await desk.patient()).mrn, "Critical");
  await expect(desk.strip).toContainText("Nobody on call", { timeout: 60_000 });
  await present.press("Space");
  await desk.send((await desk.patient()).mrn, "Critical");
  await expect(desk.strip).not.toContainText("Nobody on call", { timeout: 60_000 });
});

test("a scenario file plays beside the live day and shows its transcript", async ({ desk, page }) => {
  await desk.open("simulator");
  await page.getByRole("button", { name: "Example" }).click();
  await page.getByRole("button", { name: "Play the scenario" }).click();
  const scenario = page.getByRole("region", { name: "Scenario file" });
  await expect(scenario).toContainText(/Every expectation held|Not as expected/);
  await expect(scenario).toContainText("verdict");
});

test("a scenario that is not one is refused with its line", async ({ desk, page }) => {
  await desk.open("simulator");
  await page.getByRole("textbox", { name: "Scenario as JSON" }).fill("{ not json");
  await page.getByRole("button", { name: "Play the scenario" }).click();
  const scenario = page.getByRole("region", { name: "Scenario file" });
  await expect(scenario).toContainText("Not as expected");
  await expect(scenario.getByRole("list", { name: "Differences" })).toContainText("line 1");
});
