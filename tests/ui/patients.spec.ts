// A nurse and the limits of her patients: a file with bad lines, the grid by keyboard alone, an order, the history.

import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { addPerson, expect, go, setUp, signInFirst, signOut, test } from "./live";

const DANA = { name: "Dana Vale", login: "dana", password: "lantern river copper" };
const NOA = { name: "Noa Field, RN", login: "noa", password: "eight amber lanterns" };

/** Six good lines and three that cannot go in. */
const FILE = [
  "mrn,first_name,last_name,birth_date,phone,time_zone,systolic_high,glucose_high",
  "5000001,Ada,Adams,1950-01-02,+12025550101,America/New_York,150,",
  "5000002,Ben,Baker,1951-01-02,+12025550102,America/New_York,,",
  "5000003,Cleo,Clark,1952-01-02,+12025550103,America/Chicago,,250",
  "5000004,Dev,Davis,1953-01-02,555-0104,America/New_York,,",
  "5000005,Eli,Evans,1954-01-02,+12025550105,America/New_York,,16.7",
  ",Fay,Foster,1955-01-02,+12025550106,America/New_York,,",
  "5000007,Gil,Green,1956-01-02,+12025550107,,,",
  "5000008,Hal,Hayes,1957-01-02,+12025550108,America/New_York,,",
  "5000009,Ida,Irwin,1958-01-02,+12025550109,America/New_York,,",
].join("\n");

async function expectNoAxeFinding(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => `${found.id}: ${found.nodes[0]?.html}`)).toEqual([]);
}

const grid = (page: Page): Locator => page.getByRole("grid", { name: "Limits of patients" });
const cell = (page: Page, name: string, column: number): Locator =>
  page.getByRole("row", { name: new RegExp(name) }).locator(`[aria-colindex="${column}"]`);

/** Saves what is in the grid, ordered by that clinician. */
async function save(page: Page, ordered: string, why = "") {
  await page.keyboard.press("Control+s");
  const dialog = page.getByRole("dialog", { name: "Save these limits?" });
  if (ordered) await dialog.getByLabel("Ordered by").fill(ordered);
  if (why) await dialog.getByLabel(/^Why/).fill(why);
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  return dialog;
}

test("a nurse takes a file in, changes limits by keyboard on an order, and the history shows it", async ({
  live,
  page,
  context,
}) => {
  test.setTimeout(300_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await setUp(page, live.link, DANA);
  await addPerson(page, NOA, /Nurse|RN/, "seven green bicycles");
  await signOut(page, DANA);
  await signInFirst(page, NOA, "seven green bicycles");
  await go(page, "patients");
  await expect(page.getByText("No patient is enrolled yet")).toBeVisible();
  await expectNoAxeFinding(page);

  // The file is looked at first; the bad lines are named with their column and reason, the good ones go in.
  await page.getByRole("button", { name: "Import a file" }).click();
  const file = { name: "limits.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) };
  await page.locator("input[type=file]").setInputFiles(file);
  const dialog = page.getByRole("dialog", { name: "Import a file" });
  const bad = dialog.getByRole("region", { name: /cannot go in/ });
  await expect(bad.getByRole("row", { name: /^5 Mobile number numbers are in E\.164/ })).toBeVisible();
  await expect(bad.getByRole("row", { name: /^6 Glucose high goes from 80 to 600/ })).toBeVisible();
  await expect(bad.getByRole("row", { name: /^7 MRN is empty/ })).toBeVisible();
  await expect(dialog.getByText("Nothing is saved yet.")).toBeVisible();
  await expectNoAxeFinding(page);
  await dialog.getByRole("button", { name: "Take 6 patients" }).click();
  await expect(dialog.getByText("name the clinician who ordered it").first()).toBeVisible();
  await dialog.getByLabel("Ordered by").fill("Dr. Irene Kim");
  await dialog.getByRole("button", { name: "Take 6 patients" }).click();
  await expect(dialog.getByText("6 patients taken from the file; 3 lines not.")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(cell(page, "Adams", 2)).toContainText("150");

  // One limit by keyboard alone; what cannot be says so in place and is not saved.
  await grid(page).focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("F2");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("1450");
  await page.keyboard.press("Enter");
  await expect(cell(page, "Adams", 2)).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("1 limit to correct first").first()).toBeVisible();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.type("145");
  await page.keyboard.press("Enter");
  await expect(cell(page, "Adams", 2)).toContainText("was 150");

  // A block of a spreadsheet, taken back and put down again in one step.
  await page.evaluate(() => navigator.clipboard.writeText("155\t90\n152\tdefault"));
  await page.keyboard.press("Control+v");
  await expect(cell(page, "Baker", 3)).toContainText("90");
  await expect(cell(page, "Clark", 2)).toContainText("152");
  await page.keyboard.press("Control+z");
  await expect(cell(page, "Baker", 3)).toContainText("no limit");
  await expect(cell(page, "Adams", 2)).toContainText("145");
  await page.keyboard.press("Control+y");
  await expect(cell(page, "Baker", 2)).toContainText("155");
  await expectNoAxeFinding(page);

  // Without an order nothing is saved; with one it is, for each patient.
  const asked = await save(page, "");
  await expect(asked.getByText("name the clinician who ordered it").first()).toBeVisible();
  await expectNoAxeFinding(page);
  await asked.getByLabel("Ordered by").fill("Dr. Irene Kim");
  await asked.getByLabel(/^Why/).fill("lower target after the stroke clinic");
  await asked.getByRole("button", { name: "Save", exact: true }).click();
  await expect(asked).toBeHidden();
  await expect(page.getByText("Limits saved for 3 patients.")).toBeVisible();
  await expect(cell(page, "Adams", 2)).toContainText("own");
  await grid(page).focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText(/150 → 145 by Noa Field, RN.*ordered by Dr\. Irene Kim/)).toBeVisible();

  // A limit that lets more through needs a reason.
  await page.keyboard.press("Delete");
  await expect(cell(page, "Adams", 2)).toContainText("was 145");
  const loose = await save(page, "Dr. Irene Kim");
  await expect(loose.getByText(/more readings through|lets more through/i).first()).toBeVisible();
  await loose.getByRole("button", { name: "Cancel" }).last().click();
  await page.keyboard.press("Control+z");

  // The patient's own page has it all.
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Adams, Ada", level: 1 })).toBeVisible();
  const history = page.getByRole("region", { name: "History of limits" });
  await expect(history.getByRole("row").nth(1)).toContainText("lower target after the stroke clinic");
  await expect(history.getByRole("row").nth(2)).toContainText("default → 150");
  await expectNoAxeFinding(page);
});
