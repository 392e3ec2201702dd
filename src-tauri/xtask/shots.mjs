// Photographs every screen of a running console, light and dark, in two sizes and two languages.
// Started by `cargo xtask shots`: the folder for the pictures is the argument.

import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(new URL("../../ui/package.json", import.meta.url));
const { chromium } = require("@playwright/test");

const out = process.argv[2];
const link = process.env.CARELOOP_CONSOLE_URL;
// A live desk that nobody has signed in at.
const live = process.env.CARELOOP_LIVE_URL;
if (!out || !link || !live) throw new Error("run it by: cargo xtask shots");

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
// Screens whose first row opens a panel beside the list.
const PANELS = { worklist: "episode", visits: "visit" };
// The demo day needs a moment before there is something to see.
const LIVELY_MS = 20_000;

const browser = await chromium.launch({
  executablePath: process.env.CARELOOP_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
await mkdir(out, { recursive: true });
await new Promise((later) => setTimeout(later, LIVELY_MS));

for (const locale of ["en-US", "es-US"]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const viewport of SIZES) {
      const context = await browser.newContext({ locale, colorScheme, viewport, reducedMotion: "reduce" });
      const page = await context.newPage();
      const trouble = [];
      page.on("pageerror", (error) => trouble.push(error.message));
      await page.goto(link);
      // The screens take the token out of the address before anything else may change it.
      await page.waitForFunction(() => !window.location.hash.includes("token="));
      await page.getByRole("navigation").waitFor();
      const keep = async (screen) => {
        await page.waitForTimeout(900);
        const name = `${screen}-${locale.slice(0, 2)}-${colorScheme}-${viewport.width}x${viewport.height}.png`;
        await page.screenshot({ path: join(out, name) });
        console.log(`  ${name}`);
      };
      // Whatever the rail leads to.
      const screens = await page
        .locator("nav a[href^='#/']")
        .evaluateAll((links) => links.map((one) => one.getAttribute("href").slice(2)));
      for (const screen of screens) {
        await page.evaluate((name) => {
          window.location.hash = `#/${name}`;
        }, screen);
        await page.locator("main, [role=main]").first().waitFor();
        await keep(screen);
        if (PANELS[screen]) {
          await page.keyboard.press("j");
          await keep(PANELS[screen]);
        }
      }
      await page.goto(live);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await keep("door");
      if (trouble.length > 0) throw new Error(`the screens reported: ${trouble.join("; ")}`);
      await context.close();
    }
  }
}
await browser.close();
