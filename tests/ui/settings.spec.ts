import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "./console";

/** Saves the open dialog with a reason. */
const WHY = "agreed at the morning meeting";

test("a setting refused by name is corrected, saved with its reason, and put back", async ({
  desk,
  page,
}) => {
  await desk.open("settings");
  await page.getByRole("searchbox", { name: "Find a setting" }).fill("patient's answer");
  const row = page.locator('[data-name="reply_wait_minutes"]');
  await row.getByRole("button", { name: "Change: Wait for the patient's answer" }).press("Enter");
  const dialog = page.getByRole("dialog");
  const field = dialog.getByLabel("Wait for the patient's answer");
  await expect(field).toBeFocused();
  await field.fill("soon");
  await expect(dialog).toContainText("Write a number.");
  await expect(dialog.getByRole("button", { name: "Save" })).toBeDisabled();
  await field.fill("0");
  await dialog.getByLabel("Why").fill(WHY);
  await page.keyboard.press("Enter");
  await expect(dialog).toContainText("must be more than 0, not 0");
  await desk.expectNoAxeFinding();
  await field.fill("12");
  await dialog.getByLabel("Why").fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("Say why");
  await dialog.getByLabel("Why").fill(WHY);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(row).toContainText("12 min");
  await expect(row).toContainText("as shipped: 15 min");
  await page.getByRole("button", { name: "Put back" }).click();
  await expect(row).toContainText("15 min");
});

test("two times that only fit each other are changed together", async ({ desk, page }) => {
  await desk.open("settings");
  await page.getByRole("link", { name: "Visits and reminders" }).click();
  await page.getByRole("button", { name: "Change: First reminder before the visit" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("First reminder before the visit").fill("12:00");
  await dialog.getByLabel("Why").fill(WHY);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("must be more than reminder_second_timing");
  await dialog.getByLabel("Second reminder before the visit").fill("2:00");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('[data-name="reminder_second_timing"]')).toContainText("02:00 before");
  // As it was, both at once.
  await page.getByRole("button", { name: "Change: First reminder before the visit" }).click();
  await dialog.getByRole("button", { name: "As shipped" }).click();
  await dialog.getByLabel("Why").fill(WHY);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.locator('[data-name="reminder_first_timing"]')).toContainText("48:00 before");
});

test("a rule for visits says what it does and is refused while it names nothing", async ({ desk, page }) => {
  await desk.open("settings");
  await page.getByRole("link", { name: "Consent and filters" }).click();
  const row = page.locator('[data-name="visit_filters"]');
  await row.getByRole("button").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Add a rule" }).click();
  await dialog.getByLabel("Name of the rule").fill("Annex is closed");
  await expect(dialog).toContainText("This rule names nothing yet.");
  await dialog.getByLabel("Why").fill(WHY);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("it would stop every text");
  await dialog.getByLabel("Place").fill("North Annex");
  await expect(dialog).toContainText("Nobody is texted about visits at North Annex.");
  await desk.expectNoAxeFinding();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Annex is closed");
  await page.getByRole("button", { name: "Put back" }).click();
  await expect(row).toContainText("none");
});

test("the settings go into a file, and what differs in an edited one is taken over by choice", async ({
  desk,
  page,
}) => {
  await desk.open("settings");
  await page.getByRole("link", { name: "Settings as a file" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Write the file" }).click();
  const path = await (await download).path();
  await page.locator('input[type="file"]').setInputFiles(path);
  await expect(page.getByText(/Nothing differs/)).toBeVisible();
  const pasted = page.getByLabel("or paste what it says");
  const file = JSON.parse(await pasted.inputValue());
  expect(Object.keys(file.settings)).not.toContain("heartbeat_url");
  file.settings.quiet_hours_start = "2000";
  file.settings.ack_target_minutes = 0;
  file.settings.warp_speed = 9;
  await pasted.fill(JSON.stringify(file));
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByText("3 settings differ")).toBeVisible();
  const of = (name: string) => page.getByRole("row", { name });
  await expect(of("On call should acknowledge within")).toContainText("must be more than 0");
  await expect(of("warp speed")).toContainText("there is no setting of this name");
  await expect(of("Quiet hours begin")).toContainText("20:00");
  await desk.expectNoAxeFinding();
  await of("Quiet hours begin").getByRole("checkbox").press("Space");
  await page.getByLabel("Why").fill(WHY);
  await page.getByRole("button", { name: "Take over 1 setting" }).click();
  await expect(page.getByText("2 settings differ")).toBeVisible();
  await page.getByRole("button", { name: "Put back" }).click();
  await expect(page.getByRole("button", { name: "Put back" })).toBeHidden();
});

test("the records are copied, the copy passes its test, and the recovery key is shown once", async ({
  desk,
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "copies-"));
  await desk.open("settings");
  await page.getByRole("link", { name: "Copies and retention" }).click();
  await expect(page.getByText("Nothing is copied: a broken disk")).toBeVisible();
  await page.getByRole("button", { name: "Change: Folder for copies" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Folder for copies").fill("copies");
  await dialog.getByLabel("Why").fill(WHY);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toContainText("is a whole path");
  await dialog.getByLabel("Folder for copies").fill(folder);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  // The first copy is made at once; one more by hand.
  await expect(page.getByText(/The copy is good: careloop-/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole("button", { name: "Make and print" }).click();
  const groups = await page.getByTestId("recovery-key").getByRole("listitem").allTextContents();
  expect(groups).toHaveLength(8);
  await desk.expectNoAxeFinding();
  await page.getByRole("button", { name: "It is on paper" }).click();
  await expect(page.getByText(/Key [0-9A-Z]{4}, printed by/)).toBeVisible();
  await page.getByRole("button", { name: "Copy now" }).click();
  await expect(page.getByText(/opens with recovery key/).first()).toBeVisible({ timeout: 60_000 });
  await page
    .getByRole("button", { name: /^Test careloop-/ })
    .first()
    .click();
  await expect(page.getByText(/It can be restored. It holds \d+ patients/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("it can be restored", { exact: false }).first()).toBeVisible();
  await desk.expectNoAxeFinding();
  await page.getByRole("button", { name: "Change: Folder for copies" }).click();
  await dialog.getByRole("button", { name: "As shipped" }).click();
  await dialog.getByLabel("Why").fill(WHY);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Nothing is copied: a broken disk")).toBeVisible();
});
