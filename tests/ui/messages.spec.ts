import type { Page } from "@playwright/test";
import { type Desk, expect, test } from "./console";

const sending = (page: Page) => page.getByRole("region", { name: "Sending" });
const list = (page: Page) => page.getByRole("grid", { name: "Messages, newest first" });

/** Stops sending to one vendor, with the reason. */
async function stop(desk: Desk, page: Page, vendor: string, why: string): Promise<void> {
  await desk.go("messages");
  await sending(page).getByRole("button", { name: "Stop sending" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /Everything/ }).click();
  await page.getByRole("option", { name: vendor }).click();
  await dialog.getByRole("textbox", { name: "Reason" }).fill(why);
  await dialog.getByRole("button", { name: "Stop now" }).click();
  await expect(dialog).toBeHidden();
}

async function goOn(desk: Desk, page: Page): Promise<void> {
  await desk.go("messages");
  await sending(page).getByRole("button", { name: "Send again" }).click();
  await expect(sending(page)).not.toContainText("Sending to");
}

/** Closes an episode of a patient, so that the chart is owed three writes. */
async function charted(desk: Desk, page: Page): Promise<{ mrn: string; name: string }> {
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.openRow();
  await page.keyboard.press("1");
  await page.getByRole("textbox", { name: "Interaction minutes" }).fill("4");
  await page.getByRole("textbox", { name: /note/i }).fill("Rested, repeat is fine.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  return patient;
}

async function find(desk: Desk, page: Page, mrn: string, group: RegExp): Promise<void> {
  await desk.go("messages");
  await page.getByRole("searchbox", { name: /^Patient/ }).fill(mrn);
  await page.getByRole("search").getByRole("button").first().click();
  await page.getByRole("option", { name: group }).click();
}

test("a stop of sending is in words on every screen, and asks for a reason", async ({ desk, page }) => {
  await desk.open("messages");
  await sending(page).getByRole("button", { name: "Stop sending" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Stop now" }).click();
  await expect(dialog).toContainText("must not be empty");
  await desk.expectNoAxeFinding();
  await page.keyboard.press("Escape");

  await stop(desk, page, "Slack", "Posts go to the wrong channel");
  await desk.go("worklist");
  await expect(
    page.getByText(/Sending to Slack is stopped by .*Posts go to the wrong channel/),
  ).toBeVisible();
  await expect(desk.strip).toContainText("sending is stopped");
  await goOn(desk, page);
  await expect(page.getByText(/Sending to Slack is stopped by/)).toHaveCount(0);
});

test("a maintenance is announced and ended early", async ({ desk, page }) => {
  await desk.open("messages");
  await sending(page).getByRole("button", { name: "Announce maintenance" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Reason" }).fill("Upgrade of the chart");
  await dialog.getByRole("button", { name: "Announce" }).click();
  await expect(sending(page)).toContainText(/Cerner: maintenance until/);
  await expect(desk.strip).toContainText(/maintenance until/);
  await sending(page).getByRole("button", { name: "End now" }).click();
  await expect(sending(page)).not.toContainText("maintenance until");
});

test("what waits for the chart is found by patient, parked, undone, parked again and let go", async ({
  desk,
  page,
}) => {
  await desk.open("messages");
  await stop(desk, page, "Cerner", "Wrong notes");
  const patient = await charted(desk, page);
  await find(desk, page, patient.mrn, /^Waiting/);
  await expect(list(page).getByRole("row")).toHaveCount(3);
  await expect(list(page)).toContainText("sending is stopped");

  await list(page).getByRole("row").first().click();
  const opened = page.getByRole("region", { name: "What is asked" }).first();
  await expect(opened).toContainText(patient.name);
  await expect(opened).toContainText("Nothing has been said to the vendor yet.");
  await desk.expectNoAxeFinding();

  const park = async () => {
    await opened.getByRole("button", { name: "Park" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Reason" }).fill("Ask Dr. Kim first");
    await page.getByRole("dialog").getByRole("button", { name: "Park" }).click();
    await expect(opened.getByRole("button", { name: "Let it go" })).toBeVisible();
  };
  await park();
  await page.getByRole("button", { name: /^Undo/ }).last().click();
  await expect(opened.getByRole("button", { name: "Park" })).toBeVisible();
  await park();
  await opened.getByRole("button", { name: "Let it go" }).click();
  await expect(opened).toContainText("waiting");

  await goOn(desk, page);
  await find(desk, page, patient.mrn, /^Sent/);
  await expect(list(page).getByRole("row", { name: /sent/ }).first()).toBeVisible({ timeout: 20_000 });
});

test("a sent text shows its request and the answer", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await find(desk, page, patient.mrn, /^Sent/);
  await list(page)
    .getByRole("row", { name: /symptom check/i })
    .click();
  const opened = page.getByRole("region", { name: "What is asked" }).first();
  await expect(opened).toContainText(/POST .*Messages\.json/);
  await expect(opened).toContainText("201");
  await expect(opened).not.toContainText(/authorization/i);
});

test("the list is walked by keyboard", async ({ desk, page }) => {
  await desk.open("worklist");
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await expect(page.getByRole("heading", { name: "Messages", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: /Needs looking after/ }).click();
  await page.getByRole("option", { name: "Everything" }).click();
  await list(page).getByRole("row").first().focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/messages\/\d+$/);
  const first = page.url();
  await page.keyboard.press("ArrowDown");
  await expect(page).not.toHaveURL(first);
});

test("a quarantined record is corrected and used", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.play(patient.mrn);
  await page.getByRole("radio", { name: "Weight" }).click();
  await page.getByRole("button", { name: "Unknown unit" }).click();
  await page.getByRole("button", { name: "Send the reading" }).click();
  await expect(page.getByRole("list", { name: "What became of it" })).toContainText("Quarantined");
  await find(desk, page, patient.mrn, /^Quarantined/);
  await list(page).getByRole("row").first().click();
  await page.getByRole("button", { name: "Correct and try again" }).click();
  const body = page.getByRole("dialog").getByRole("textbox", { name: "As received" });
  const kept = JSON.parse(await body.inputValue());
  kept.valueQuantity.code = "kg";
  kept.valueQuantity.unit = "kg";
  await body.fill(JSON.stringify(kept, null, 2));
  await page.getByRole("dialog").getByRole("button", { name: "Try again" }).click();
  await expect(desk.said).toContainText("It could be used now.");
});
