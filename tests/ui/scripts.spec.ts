import { expect, test } from "./console";

const TRAP =
  "Su glucosa es {value}. Tiene mucha sed o vomito? Responda SI o NO, o responda CANCEL. Emergencia: llame al 911.";
const SOUND = "Su glucosa es {value}. Tiene mucha sed o vomito? Responda SI o NO. Emergencia: llame al 911.";

test("the Spanish glucose script warns about CANCEL, is saved without it, and an older version comes back", async ({
  desk,
  page,
}) => {
  await desk.open("scripts");
  await page.getByRole("link", { name: /Glucose, high/ }).click();
  await page.getByRole("radio", { name: /Spanish/ }).click();
  const text = page.getByLabel("Text in Spanish");
  await text.fill(TRAP);
  const warning = page.getByRole("list", { name: "What there is to say" }).getByRole("listitem");
  await expect(warning).toHaveCount(1);
  await expect(warning).toContainText('"CANCEL" alone is an opt-out word');
  await expect(warning).toContainText("Twilio then blocks every text to this patient");
  await expect(page.getByTestId("bubble")).toContainText("o responda CANCEL");

  await page.getByLabel("Why").fill("patients asked");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByTestId("draft").locator("..")).toContainText("opt-out word");
  await warning.getByRole("button", { name: "Show it" }).click();
  expect(
    await text.evaluate((area: HTMLTextAreaElement) =>
      area.value.slice(area.selectionStart, area.selectionEnd),
    ),
  ).toBe("CANCEL");

  await text.fill(SOUND);
  await expect(page.getByText("Nothing to warn about.")).toBeVisible();
  await expect(page.getByTestId("meter")).toContainText("1 segment");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved. The next patient reads it so.")).toBeVisible();
  const versions = page.getByRole("listitem").filter({ hasText: "patients asked" });
  await expect(versions.first()).toContainText("in force");

  const built = page.getByRole("listitem").filter({ hasText: "Built-in words" }).last();
  await built.getByRole("button", { name: "Compare" }).click();
  await expect(built.locator("del").first()).toBeVisible();
  await built.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("as shipped");
  await page.getByRole("dialog").getByRole("button", { name: "Restore" }).press("Enter");
  await expect(page.getByText("Brought back, as a new version.")).toBeVisible();
  await expect(text).toHaveValue(/confusion o falta de aire/);

  await page.getByRole("button", { name: /Undo/ }).last().click();
  await expect(text).toHaveValue(SOUND);
});

test("a name that is not known cannot be saved, and the one that was meant is one press away", async ({
  desk,
  page,
}) => {
  await desk.open("scripts");
  await page.getByRole("link", { name: /Weight, high/ }).click();
  const text = page.getByLabel("Text in English");
  await text.fill(
    "Your weight is {valeu} lb. Are you short of breath? Reply YES or NO. Emergency: call 911.",
  );
  await expect(page.getByRole("list", { name: "What there is to say" })).toContainText(
    "{valeu} at character 16 is not known",
  );
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
  await page.getByRole("button", { name: "Write {value}" }).press("Enter");
  await expect(page.getByTestId("bubble")).toContainText("183.6 lb");
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeEnabled();
});

test("the patient's phone shows the script for each sample patient and what it costs", async ({
  desk,
  page,
}) => {
  await desk.open("scripts");
  await page.getByRole("link", { name: /^Booked/ }).click();
  await expect(page.getByTestId("bubble")).toContainText(
    "Ann Lee, your appointment with Dr. Ray at 3:00 PM on Tuesday, March 10, 2026",
  );
  await page.getByRole("button", { name: /Sample patient/ }).click();
  await page.getByRole("option", { name: /accents/ }).click();
  await expect(page.getByTestId("bubble")).toContainText("Zoë");
  await expect(page.getByTestId("meter")).toContainText("UCS-2");
  await desk.expectNoAxeFinding();
});

test("a stat value is changed with a clinician's name, and the rule says in a sentence what it will do", async ({
  desk,
  page,
}) => {
  await desk.open("scripts");
  await page.getByRole("link", { name: "Readings, pages, nights" }).click();
  const rule = page.getByRole("listitem").filter({ hasText: /Glucose (below|above) \d+: critical/ });
  await expect(rule).toContainText("Glucose below 55: critical, whatever the patient's own limits say.");
  await rule.getByLabel("Value").fill("5");
  await expect(rule).toContainText("that looks like a slip of the pen");
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeDisabled();
  await rule.getByLabel("Value").fill("60");
  await expect(rule).toContainText("Glucose below 60: critical");
  await page.getByLabel("Why").fill("two lows were seen late");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Name the clinician who ordered it")).toBeVisible();
  await page.getByLabel("Ordered by (clinician)").fill("Dr. Kim");
  await desk.expectNoAxeFinding();
  await page.getByRole("button", { name: "Save", exact: true }).press("Enter");
  await expect(page.getByText("Saved. It counts from now on.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save", exact: true })).toBeHidden();
  await expect(rule).toContainText("Glucose below 60");

  // Back as it was: other tests sit at the same desk.
  await rule.getByLabel("Value").fill("55");
  await page.getByLabel("Why").fill("only a test");
  await page.getByLabel("Ordered by (clinician)").fill("Dr. Kim");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(rule).toContainText("Glucose below 55");
});

test("a script is tried on a phone of the clinic and not on a patient's", async ({ desk, page }) => {
  await desk.open("scripts");
  await page.getByRole("link", { name: /Oxygen saturation/ }).click();
  const add = page.getByLabel("Add a phone of the clinic");
  await add.fill("555");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByText("numbers are in E.164", { exact: false })).toBeVisible();
  await add.fill("+12025550177");
  await page.getByRole("button", { name: "Add", exact: true }).press("Enter");
  await expect(page.getByRole("button", { name: /Internal number/ })).toContainText("+12025550177");
  await page.getByRole("button", { name: "Text it" }).click();
  await expect(page.getByText("On its way to +12025550177, behind every text to a patient.")).toBeVisible();
});
