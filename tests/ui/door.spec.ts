// A live desk from its first start: nobody in, the first administrator, a nurse, the lock and the trail of it all.

import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { addPerson, expect, go, setUp, signIn, signInFirst, signOut, test } from "./live";

const DANA = { name: "Dana Vale", login: "dana", password: "lantern river copper" };
const NOA = { name: "Noa Field, RN", login: "noa", password: "eight amber lanterns" };

async function expectNoAxeFinding(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => `${found.id}: ${found.nodes[0]?.html}`)).toEqual([]);
}

test("a live desk from its first start to a locked screen, by keyboard and pointer", async ({
  page,
  live,
}) => {
  await page.goto(live.link);
  await page.getByRole("heading", { name: "Set up this desk" }).waitFor();
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await expectNoAxeFinding(page);

  // A bad field is named and nothing is made; then the second factor comes first.
  await page.getByLabel("Name as it shall stand on the trail").fill(DANA.name);
  await page.getByLabel("Sign-in name").fill(DANA.login);
  await page.getByLabel("Password").fill("short");
  await page.keyboard.press("Enter");
  await expect(page.getByText("at least 12 characters; a few words")).toBeVisible();
  const [recovery] = await setUp(page, live.link, DANA);

  // The desk opens; a nurse is added.
  await addPerson(page, NOA, /Nurse/, "seven green bicycles");
  await expect(page.getByRole("row", { name: /Noa Field/ })).toContainText("must change the password");
  await expectNoAxeFinding(page);
  await signOut(page, DANA);

  // The nurse chooses a password of her own before anything is shown.
  await signInFirst(page, NOA, "seven green bicycles");
  await go(page, "people");
  await expect(page.getByText("Administrators see the list of people here.")).toBeVisible();

  // Locked: nothing of a patient is on the screen, a reload changes nothing, the password opens it.
  await page.getByRole("button", { name: "Noa Field, RN" }).click();
  await page.getByRole("menuitem", { name: "Lock the desk" }).click();
  await page.getByRole("heading", { name: "Locked" }).waitFor();
  await expectNoAxeFinding(page);
  await page.reload();
  await page.getByRole("heading", { name: "Locked" }).waitFor();
  await page.getByLabel("Password").fill("not this one at all");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("is not right");
  await page.getByLabel("Password").fill(NOA.password);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").waitFor();
  await signOut(page, NOA);

  // The administrator reads all of it on the trail, which is whole.
  await signIn(page, DANA, recovery);
  await go(page, "audit");
  await page.getByLabel("Person").fill("noa field, rn");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  for (const said of ["noa: locked", "noa: unlocked", "noa: password changed", "noa: signed out"]) {
    await expect(page.getByText(said)).toBeVisible();
  }
  await page.getByRole("button", { name: "Verify it now" }).click();
  await expect(page.getByText(/Whole: [\d,]+ lines/)).toBeVisible();
  await page.getByRole("button", { name: "Write it" }).click();
  await expect(page.getByText(/Audit lines · done/)).toBeVisible();
  await expectNoAxeFinding(page);
});
