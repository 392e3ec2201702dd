// The screens in a real browser, against a headless console that is already running: its link is in
// CARELOOP_CONSOLE_URL. Run by `npm run e2e` in ui/.

import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: "../../ui/test-results",
  // All tests share one console, as the nurses of one desk do.
  workers: 1,
  fullyParallel: false,
  // A busy machine is slow, not wrong.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  use: {
    // What cannot be pressed within this is named, rather than the test's whole time being used up.
    actionTimeout: 30_000,
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    colorScheme: "dark",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CARELOOP_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
