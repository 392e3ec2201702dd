// Measurements in a browser, not tests: run by `careloop bench --browser`, against the console that it started.

import { defineConfig } from "@playwright/test";
import tests from "./playwright.config";

export default defineConfig({ ...tests, testMatch: "*.bench.ts", timeout: 300_000 });
