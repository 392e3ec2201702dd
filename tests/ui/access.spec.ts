import { expect, type Screen, test } from "./console";

const SCREENS: Screen[] = [
  "worklist",
  "patients",
  "simulator",
  "messages",
  "connections",
  "people",
  "audit",
  "checkins",
  "scripts",
  "shadow",
  "settings",
  "minutes",
  "measures",
  "runbook",
];

for (const theme of ["dark", "light", "contrast"]) {
  for (const screen of SCREENS) {
    test(`axe finds nothing on the ${screen} in ${theme}`, async ({ desk, page }) => {
      await desk.prefer({ theme });
      if (screen === "worklist") {
        await desk.open("simulator");
        const patient = await desk.patient();
        await desk.send(patient.mrn, "Critical");
        await desk.openRow();
        await desk.panel.getByRole("slider").waitFor();
      } else {
        // Other tests have filled these screens; a patient each would soon be all of them.
        await desk.open(screen);
        await page.getByRole("heading", { level: 1 }).waitFor({ state: "attached" });
      }
      await desk.expectNoAxeFinding();
    });
  }
}

test("axe finds nothing in a dialog", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Critical");
  await desk.openRow();
  await page.keyboard.press("1");
  await page.getByRole("dialog").waitFor();
  await desk.expectNoAxeFinding();
});

test("the screens speak Spanish when asked, without a reload", async ({ desk, page }) => {
  await desk.open("worklist");
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitemradio", { name: "Español" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "es");
  await expect(page.getByRole("navigation")).toContainText("Simulador");
  await page.locator('nav a[href="#/simulator"]').click();
  await expect(page.getByRole("heading", { name: "Enviar una lectura" })).toBeVisible();
  await page.locator('nav a[href="#/connections"]').click();
  await expect(page.getByRole("heading", { name: "Conexiones", level: 1 })).toBeVisible();
});

test("the appearance changes at once and is remembered", async ({ desk, page }) => {
  await desk.open("worklist");
  await page.getByRole("button", { name: "Appearance" }).click();
  await page.getByRole("menuitemradio", { name: "Light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
});

test("the whole path by keyboard: send a reading, open its row, claim it", async ({ desk, page }) => {
  await desk.open("worklist");
  const patient = await desk.patient();
  await desk.go("worklist");
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page.getByRole("heading", { name: "Send a reading" })).toBeVisible();

  await page.getByRole("searchbox", { name: "Find a patient" }).focus();
  await page.keyboard.type(patient.mrn);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(desk.option(patient.mrn)).toHaveAttribute("aria-selected", "true");
  const send = page.getByRole("button", { name: "Send the reading" });
  for (let i = 0; i < 20 && !(await send.evaluate((e) => e === document.activeElement)); i += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  const open = page.getByRole("link", { name: "Open the row" }).first();
  await open.waitFor();
  for (let i = 0; i < 20 && !(await open.evaluate((e) => e === document.activeElement)); i += 1) {
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await expect(desk.chosen).toContainText(patient.name);
  await page.keyboard.press("c");
  await expect(desk.chosen).not.toHaveAttribute("data-unacknowledged", "true");
});

test("J and K walk the list and the panel keeps step", async ({ desk, page }) => {
  await desk.open("simulator");
  for (let i = 0; i < 2; i += 1) await desk.send((await desk.patient()).mrn, "Abnormal");
  await desk.go("worklist");
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  const first = await desk.chosen.getAttribute("id");
  await page.keyboard.press("j");
  await expect(desk.chosen).not.toHaveAttribute("id", first as string);
  await page.keyboard.press("k");
  await expect(desk.chosen).toHaveAttribute("id", first as string);
  await expect(page.getByRole("grid")).toHaveAttribute("aria-activedescendant", first as string);
  const name = (await desk.chosen.locator("b").nth(1).textContent()) ?? "";
  await expect(desk.panel.getByRole("heading", { level: 2 })).toHaveText(name);
});

test("? opens the keyboard help and Escape leaves it", async ({ desk, page }) => {
  await desk.open("worklist");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Acknowledge");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("at 200 % zoom the panel comes over the list and goes back", async ({ desk, page }) => {
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await page.setViewportSize({ width: 640, height: 400 });
  await desk.page.getByRole("link", { name: "Open the row" }).first().click();
  await expect(desk.panel).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("grid")).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(overflow, "nothing needs sideways scrolling").toBe(false);
});

test("the screens work where built-in prototypes are frozen, as in the window", async ({ desk, page }) => {
  await page.addInitScript(() => Object.freeze(Object.prototype));
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.openRow();
  await desk.panel.getByRole("slider").waitFor();
  await page.keyboard.press("s");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await desk.go("connections");
  await expect(page.getByRole("region", { name: "Twilio", exact: true })).toBeVisible();
});

test("without motion nothing is animated", async ({ desk, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await desk.open("worklist");
  const moving = await page.evaluate(
    () => document.getAnimations().filter((a) => a.playState === "running").length,
  );
  expect(moving).toBe(0);
});

test("a console that stops answering is said, and the screen keeps what it knows", async ({ desk, page }) => {
  test.skip(process.env.CARELOOP_CONSOLE_URL?.includes("fake") ?? false, "needs a console to lose");
  await desk.open("simulator");
  const patient = await desk.patient();
  await desk.send(patient.mrn, "Abnormal");
  await desk.find(patient.mrn);
  await expect(desk.rowOf(patient.name)).toBeVisible();

  await page.route("**/api/**", (route) => route.abort());
  await page.reload({ waitUntil: "commit" }).catch(() => undefined);
  await expect(page.getByText("Connection lost")).toBeVisible();
  await page.unroute("**/api/**");
  await expect(page.getByText("Connection lost")).toBeHidden();
  await desk.find(patient.mrn);
  await expect(desk.rowOf(patient.name)).toBeVisible();
});
