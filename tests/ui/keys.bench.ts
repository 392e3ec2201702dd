// How long a key press takes to be seen on a long Worklist while it changes: from the key's own time stamp to
// the second animation frame after it. The last line that it prints is read by `careloop bench`.

import { expect, test } from "@playwright/test";

const link = process.env.CARELOOP_CONSOLE_URL;
const rows = Number(process.env.CARELOOP_BENCH_ROWS ?? 10_000);
const seconds = Number(process.env.CARELOOP_BENCH_SECONDS ?? 30);
/** About as fast as somebody steps through a list. */
const EVERY_MS = 120;

declare global {
  interface Window {
    careloopKeys: number[];
  }
}

test("keys on a long worklist", async ({ page }) => {
  if (!link) throw new Error("CARELOOP_CONSOLE_URL holds the link of a running console");
  await page.goto(link);
  await page.getByRole("navigation").waitFor();
  const grid = page.getByRole("grid");
  await expect(async () => {
    expect(Number(await grid.getAttribute("aria-rowcount"))).toBeGreaterThanOrEqual(rows);
  }).toPass({ timeout: 60_000 });
  await page.keyboard.press("j");
  await page.locator('[role=row][aria-selected="true"]').waitFor();
  await page.evaluate(() => {
    window.careloopKeys = [];
    window.addEventListener(
      "keydown",
      (event) => {
        const pressed = event.timeStamp;
        requestAnimationFrame(() =>
          requestAnimationFrame(() => window.careloopKeys.push(performance.now() - pressed)),
        );
      },
      { capture: true },
    );
  });

  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    await page.keyboard.press("j");
    await page.waitForTimeout(EVERY_MS);
  }
  const all = (await page.evaluate(() => window.careloopKeys)).sort((a, b) => a - b);
  const of = (percent: number) => all[Math.max(0, Math.ceil((all.length * percent) / 100) - 1)] ?? Number.NaN;
  console.log(JSON.stringify({ keys: all.length, p50: of(50), p95: of(95), max: of(100) }));
});
