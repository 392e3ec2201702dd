// A live desk from its first start: nobody in, the first administrator, a nurse, the lock and the trail of it all.

import { createHmac } from "node:crypto";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

const link = process.env.CARELOOP_LIVE_URL ?? "";

/** The six digits that an authenticator shows for a key (RFC 6238). */
function digits(key: string, at = Date.now()): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of key.replaceAll("-", "")) bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  const bytes = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", bytes).update(counter).digest();
  const start = (mac[mac.length - 1] as number) & 15;
  return String((mac.readUInt32BE(start) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function expectNoAxeFinding(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => `${found.id}: ${found.nodes[0]?.html}`)).toEqual([]);
}

async function signOut(page: Page, name: string) {
  await page.getByRole("button", { name }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

test("a live desk from its first start to a locked screen, by keyboard and pointer", async ({ page }) => {
  await page.goto(link);
  await page.getByRole("heading", { name: "Set up this desk" }).waitFor();
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await expectNoAxeFinding(page);

  // A bad field is named and nothing is made.
  await page.getByLabel("Name as it shall stand on the trail").fill("Dana Vale");
  await page.getByLabel("Sign-in name").fill("dana");
  await page.getByLabel("Password").fill("short");
  await page.keyboard.press("Enter");
  await expect(page.getByText("at least 12 characters; a few words")).toBeVisible();
  await page.getByLabel("Password").fill("lantern river copper");
  await page.keyboard.press("Enter");

  // The second factor comes first.
  await page.getByRole("heading", { name: "Your second factor" }).waitFor();
  const key = (await page.locator("code").textContent()) ?? "";
  await expectNoAxeFinding(page);
  await page.getByLabel("The six digits it shows now").fill(digits(key));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
  const recovery = (await page.getByRole("listitem").first().textContent()) ?? "";
  await page.getByRole("button", { name: "I have kept them" }).click();

  // The desk opens; a nurse is added.
  await page.locator('nav a[href="#/people"]').click();
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Noa Field, RN");
  await dialog.getByLabel("Sign-in name").fill("noa");
  await dialog.getByLabel("First password").fill("seven green bicycles");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: /Noa Field/ })).toContainText("must change the password");
  await expectNoAxeFinding(page);
  await signOut(page, "Dana Vale");

  // The nurse chooses a password of her own before anything is shown.
  await page.getByLabel("Sign-in name").fill("noa");
  await page.getByLabel("Password").fill("seven green bicycles");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
  await page.getByLabel("The password you have").fill("seven green bicycles");
  await page.getByLabel("The new password").fill("eight amber lanterns");
  await page.keyboard.press("Enter");
  await page.locator('nav a[href="#/people"]').click();
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
  await page.getByLabel("Password").fill("eight amber lanterns");
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").waitFor();
  await signOut(page, "Noa Field, RN");

  // The administrator reads all of it on the trail, which is whole.
  await page.getByLabel("Sign-in name").fill("dana");
  await page.getByLabel("Password").fill("lantern river copper");
  await page.keyboard.press("Enter");
  await page.getByLabel("Six digits or a recovery code").fill(recovery);
  await page.keyboard.press("Enter");
  await page.locator('nav a[href="#/audit"]').click();
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
