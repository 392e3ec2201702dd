import { readFileSync } from "node:fs";
import { expect, test } from "./console";

test("an incident is replayed step by step by keyboard, each step with its data", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Critical");
  await desk.go("runbook");
  const line = page.getByRole("link", { name: new RegExp(patient.case_id) }).first();
  await expect(line).toContainText("Critical");
  await expect(line).not.toContainText(patient.name);
  await line.press("Enter");

  const replay = page.getByRole("region", { name: `Replay of ${patient.case_id}` });
  await expect(replay).toContainText(patient.name);
  await expect(replay).toContainText(`MRN ${patient.mrn}`);
  await expect(replay).toContainText(/Step 1 of \d+/);
  await expect(replay.locator('[data-place="now"]')).toContainText("critical");
  await expect(replay.getByRole("article")).toContainText("Limit in force");

  await page.keyboard.press("End");
  await expect(replay.getByRole("button", { name: "Next step" })).toBeDisabled();
  await page.keyboard.press("Home");
  await expect(replay).toContainText(/Step 1 of \d+/);
  await page.keyboard.press("ArrowRight");
  await expect(replay).toContainText(/Step 2 of \d+/);
  // A branch in the picture goes to the step that took it.
  await replay.getByRole("button", { name: /critical reading.*taken/ }).click();
  await expect(replay.getByRole("article")).toContainText("Page to on call");
  await replay.getByRole("button", { name: "Play" }).press("Enter");
  await expect(replay.getByRole("button", { name: "Pause" })).toBeVisible();
  await desk.expectNoAxeFinding();
});

test("the evidence of an episode is one file that prints and runs nothing", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await page.getByRole("link", { name: "Open the row" }).first().click();
  await desk.panel.getByRole("button", { name: "Evidence file" }).click();
  const said = page.getByText(/^Written: /);
  await expect(said).toBeVisible();
  const path = ((await said.textContent()) ?? "").replace("Written: ", "");
  const html = readFileSync(path, "utf8");
  await page.setContent(html);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(patient.case_id);
  await expect(page.getByText(patient.mrn).first()).toBeVisible();
  for (const part of ["What was known", "What was decided, and why", "The chain"])
    await expect(page.getByRole("heading", { name: part })).toBeVisible();
});
