import { expect, test } from "./console";

test("a check-in is planned for chosen patients by keyboard, listed, and ended", async ({ desk, page }) => {
  await desk.open("checkins");
  const name = `Week 2 ${test.info().workerIndex}-${Date.now() % 100000}`;
  await page.getByRole("button", { name: "Plan a check-in" }).press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Plan a check-in" }).click();
  await expect(dialog).toContainText("Give the check-in a name.");
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  await dialog.getByLabel("What they read").fill("Hi {first_name}, how are you today?");
  await dialog.getByRole("button", { name: /Who gets it/ }).click();
  await page.getByRole("option", { name: "Patients I choose" }).click();
  await dialog.getByRole("checkbox").first().press("Space");
  await expect(dialog.getByRole("status")).toHaveText("1 patient");
  await dialog.getByRole("button", { name: "Plan a check-in" }).press("Enter");
  await expect(dialog).toBeHidden();

  const listed = page.getByRole("listitem").filter({ hasText: name });
  await expect(listed).toContainText("planned");
  await expect(listed).toContainText("1 patient");
  await listed.getByRole("button", { name: "End it" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
  await expect(listed).toBeHidden();
});
