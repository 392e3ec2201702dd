import { type Desk, expect, test } from "./console";

interface Booked {
  name: string;
  id: string;
}

/** Books a visit of a made-up patient as a person would; so many days later than the form proposes. */
async function book(desk: Desk, days: number): Promise<Booked> {
  const { page } = desk;
  await desk.open("simulator");
  await page.getByRole("tab", { name: "Visits" }).click();
  await page.getByTestId("simv-new").click();
  // A name and a number of its own, also on a console that has been used before: an answer is by number.
  const now = Date.now();
  const last = `Sample-${now.toString(36)}`;
  await expect(page.getByTestId("simv-send")).toBeDisabled();
  await page.getByRole("textbox", { name: "First name", exact: true }).fill("Nina");
  await page.getByRole("textbox", { name: "Last name", exact: true }).fill(last);
  await expect(page.getByTestId("simv-send")).toBeDisabled();
  await page
    .getByRole("textbox", { name: "Mobile number" })
    .fill(`+1202555${2_000 + (Math.floor(now / 100) % 8_000)}`);
  await expect(page.getByRole("textbox", { name: "Provider, last name" })).toHaveValue("Diaz");
  await expect(page.getByRole("textbox", { name: "Location" })).toHaveValue("Pacific Primary Care");
  const when = page.getByLabel("Date and time");
  const at = new Date(`${await when.inputValue()}Z`);
  at.setUTCDate(at.getUTCDate() + days);
  await when.fill(at.toISOString().slice(0, 16));
  await page.getByTestId("simv-send").click();
  await expect(page.getByRole("heading", { name: `${last}, Nina` })).toBeFocused();
  const link = page.getByRole("link", { name: "See it on Visits" });
  const id = decodeURIComponent(((await link.getAttribute("href")) ?? "").split("/").pop() ?? "");
  return { name: `${last}, Nina`, id };
}

test("a booking is texted and its reminder is offered two minutes later", async ({ desk, page }) => {
  test.setTimeout(200_000);
  await book(desk, 2);
  await expect(page.getByTestId("simv-state")).toHaveAttribute("data-state", "QUEUED");
  await expect(page.getByRole("log")).toContainText("Diaz");
  await expect(page.getByTestId("simv-countdown")).toContainText(/[01]:\d\d/);
  await expect(page.getByTestId("simv-remind")).toBeHidden();
  await desk.expectNoAxeFinding();

  await page.getByTestId("simv-remind").click({ timeout: 150_000 });
  await expect(page.getByTestId("simv-state")).toHaveAttribute("data-state", "REMINDED-1");
  await expect(page.getByRole("log")).toContainText("CANCEL APPT");
});

test("CANCEL APPT is a request until the EHR answers it", async ({ desk, page }) => {
  await book(desk, 2);
  const byItself = page.getByTestId("simv-ehr-auto");
  await expect(byItself.getByRole("switch")).not.toBeChecked();
  await page.getByTestId("simv-answer-cancel").click();
  await expect(page.getByTestId("simv-request")).toContainText("cancel requested");
  await expect(page.getByTestId("simv-state")).toHaveAttribute("data-state", "QUEUED");

  await page.getByTestId("simv-ehr-canceled").click();
  await expect(page.getByTestId("simv-state")).toHaveAttribute("data-state", "CANCELED");
  await expect(page.getByTestId("simv-request")).toBeHidden();
  await expect(page.getByTestId("simv-why")).toContainText("canceled");
});

test("the EHR answers a confirmation by itself when it is told to", async ({ desk, page }) => {
  await book(desk, 2);
  await page.getByRole("textbox", { name: "Seconds" }).fill("2");
  await page.keyboard.press("Enter");
  const byItself = page.getByTestId("simv-ehr-auto").getByRole("switch");
  await byItself.press("Space");
  await expect(byItself).toBeChecked();
  await page.getByRole("textbox", { name: "Answer as the patient" }).fill("confirm appt");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("simv-confirmed")).toBeVisible();
  await byItself.press("Space");
  await expect(byItself).not.toBeChecked();
});

test("a number that is none is refused at its field", async ({ desk, page }) => {
  await desk.prefer({ theme: "light" });
  await desk.open("simulator");
  await page.getByRole("tab", { name: "Visits" }).click();
  await page.getByTestId("simv-new").click();
  await page.getByRole("textbox", { name: "First name", exact: true }).fill("Nina");
  await page.getByRole("textbox", { name: "Last name", exact: true }).fill("Nobody");
  const number = page.getByRole("textbox", { name: "Mobile number" });
  await number.fill("555");
  await page.getByTestId("simv-send").click();
  await expect(number).toHaveAttribute("aria-invalid", "true");
  await expect(number).toHaveAccessibleDescription(/not a mobile number/);
  await desk.expectNoAxeFinding();
});

test("the Visits screen lists the visit and is worked by keyboard", async ({ desk, page }) => {
  const [one, other] = [await book(desk, 2), await book(desk, 2)];
  await page.getByRole("link", { name: "See it on Visits" }).click();
  const panel = page.locator("#visits-panel");
  await expect(panel).toHaveAccessibleName(`Visit of ${other.name}`);
  await panel.getByRole("button", { name: "Close" }).click();

  await page.getByRole("searchbox", { name: "Find a patient or appointment" }).fill("Sample");
  await expect(desk.rowOf(one.name)).toBeVisible();
  await expect(desk.rowOf(other.name)).toBeVisible();
  await page.getByRole("grid", { name: "Visits" }).focus();
  await page.keyboard.press("j");
  const first = (await desk.chosen.getAttribute("id")) ?? "";
  await page.keyboard.press("j");
  await expect(desk.chosen).not.toHaveAttribute("id", first);
  await page.keyboard.press("k");
  await expect(desk.chosen).toHaveAttribute("id", first);
  await page.keyboard.press("Enter");
  await expect(panel).toBeFocused();
  await expect(panel).toContainText("Dr. Francis Diaz, Pacific Primary Care");
  await desk.expectNoAxeFinding();
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expect(page.getByRole("grid", { name: "Visits" })).toBeFocused();
});
