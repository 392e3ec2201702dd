import { expect, test } from "./console";

test("a critical reading becomes a row that needs a person now", async ({ desk }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Critical");
  await desk.find(patient.mrn);

  const row = desk.rowOf(patient.name);
  await expect(row).toBeVisible();
  await expect(row).toHaveAttribute("data-group", "now");
  await expect(row).toContainText("Critical");
  await expect(row).toContainText("limit");
  await expect(row.getByRole("img", { name: /^Five steps/ })).toBeVisible();
});

test("a whole episode is worked by keyboard: acknowledge, note, close", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.openRow();
  await expect(desk.chosen).toContainText(patient.name);

  await page.keyboard.press("a");
  await expect(desk.chosen).not.toHaveAttribute("data-unacknowledged", "true");

  await page.keyboard.press("n");
  await expect(page.getByRole("dialog")).toContainText(patient.name);
  await page.keyboard.type("Sits down, rests, measures again in ten minutes.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await desk.panel.getByRole("tab", { name: "Pages and chart" }).click();
  await expect(desk.panel).toContainText("measures again in ten minutes");

  await page.keyboard.press("2");
  await expect(page.getByRole("radio", { name: /Watched/ })).toBeChecked();
  await page.keyboard.type("128/80 on repeat.");
  await page.keyboard.press("Tab");
  await page.keyboard.type("4");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await desk.find(patient.mrn);
  await expect(page.locator('[role=row][data-group="now"]')).toHaveCount(0);
});

test("a close without minutes asks for them and is completed later", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.openRow();
  await page.keyboard.press("1");
  await page.keyboard.type("Rested, repeat is fine.");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(desk.panel).toContainText("Complete the record");

  await desk.panel.getByRole("button", { name: /^Complete the record/ }).click();
  await page.getByRole("textbox", { name: "Interaction minutes" }).fill("6");
  await page.getByRole("dialog").getByRole("button", { name: /^Save/ }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await desk.find(patient.mrn);
  await expect(page.locator('[role=row][data-group="now"]')).toHaveCount(0);
});

test("a critical is closed only when its patient's name was read back", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Critical");
  await desk.openRow();
  await page.keyboard.press("1");
  const close = page.getByRole("dialog").getByRole("button", { name: /^Close it/ });
  await expect(close).toBeDisabled();
  const name = page.getByRole("textbox", { name: "Read back the patient's name" });
  await name.fill("Somebody, Else");
  await expect(close).toBeDisabled();
  await name.fill(patient.name.toLowerCase());
  await expect(close).toBeEnabled();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("an acknowledgement is undone within ten seconds", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.openRow();
  await page.keyboard.press("a");
  await expect(page.getByRole("button", { name: /^Undo/ }).last()).toBeVisible();
  await page.keyboard.press("u");
  await expect(desk.chosen).toHaveAttribute("data-unacknowledged", "true");
});

test("a shelf asks for a reason and takes the row aside", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.openRow();
  await page.keyboard.press("s");
  const shelve = page.getByRole("dialog").getByRole("button", { name: /^Shelve it/ });
  await expect(shelve).toBeDisabled();
  await page.getByRole("textbox", { name: "Reason" }).fill("The cuff is being replaced");
  await shelve.click();
  await expect(desk.panel).toContainText("shelved");
});

test("a text shows how many segments it takes before it is sent", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.openRow();
  await page.keyboard.press("t");
  const body = page.getByRole("textbox", { name: "Text" });
  await body.fill("a".repeat(161));
  await expect(page.getByRole("dialog")).toContainText("2 segments");
  await body.fill("Please rest and measure again.");
  await expect(page.getByRole("dialog")).toContainText("1 segment,");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(desk.panel).toContainText("Please rest and measure again.");
});

test("a call is in the timeline and what was said is in the notes", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.openRow();
  await page.keyboard.press("l");
  await page.getByText("Voicemail").click();
  await page.getByRole("textbox", { name: "What was said" }).fill("Asked to call back");
  await page.getByRole("button", { name: /^Log the call/ }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await desk.panel.getByRole("tab", { name: "Timeline" }).click();
  await expect(desk.panel.getByRole("tabpanel")).toContainText(/call/i);
  await desk.panel.getByRole("tab", { name: "Pages and chart" }).click();
  await expect(desk.panel.getByRole("tabpanel")).toContainText("Asked to call back");
});

test("every line of the timeline opens to what was recorded", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.openRow();
  await desk.panel.getByRole("tab", { name: "Timeline" }).click();
  const line = page.getByRole("button", { name: /Show the line as recorded/ }).last();
  await line.click();
  await expect(desk.panel.getByRole("tabpanel").locator("pre").last()).not.toBeEmpty();
});

test("the countdown ticks and nothing beside it moves", async ({ desk }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Critical");
  await desk.find(patient.mrn);
  const cells = desk.rowOf(patient.name).getByRole("gridcell");
  const timer = desk
    .rowOf(patient.name)
    .getByText(/\d:\d\d/)
    .first();
  const places = () =>
    cells.evaluateAll((all) => all.map((cell) => Math.round(cell.getBoundingClientRect().left)));
  const before = await places();
  const said = (await timer.textContent()) ?? "";
  await expect(timer).not.toHaveText(said);
  expect(await places()).toEqual(before);
});

test("a patient is found by name and the rest is counted, not lost", async ({ desk, page }) => {
  await desk.open("simulator");
  const [one, other] = [await desk.patient(), await desk.patient()];
  await desk.send(one.mrn, "Abnormal");
  await desk.send(other.mrn, "Abnormal");
  await desk.go("worklist");
  await page.keyboard.press("/");
  await page.keyboard.type(one.mrn);
  await expect(desk.rowOf(one.name)).toBeVisible();
  await expect(desk.rowOf(other.name)).toHaveCount(0);
  const hidden = page.getByRole("button", { name: /hidden by the filter/ });
  await hidden.click();
  await expect(hidden).toBeHidden();
  await expect(page.getByRole("searchbox", { name: "Find a patient" })).toHaveValue("");
});
