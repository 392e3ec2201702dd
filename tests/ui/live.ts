// A live desk of a test's own: a console in a fresh folder, and the people who come to its door.

import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { createWriteStream, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test as base, expect, type Page } from "@playwright/test";

const program = process.env.CARELOOP_PROGRAM;

/** A running `careloop`: what it printed first, and how to end it. */
export interface Running {
  /** The one JSON line it prints when it takes traffic. */
  ready: Record<string, unknown>;
  /** Holds the data folder, the key and what was logged. */
  folder: string;
  stop: () => Promise<void>;
}

/** Starts `careloop` with these arguments and waits for its first line; `{}` in one stands for its own folder. */
export async function careloop(...args: string[]): Promise<Running> {
  if (!program) throw new Error("CARELOOP_PROGRAM holds the path of the careloop program");
  const folder = mkdtempSync(join(tmpdir(), "careloop-live-"));
  const given = args.map((arg) => arg.replace("{}", folder));
  const child = spawn(program, given, { stdio: ["ignore", "pipe", "pipe"] });
  child.stderr.pipe(createWriteStream(join(folder, "log")));
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const ready = await firstLine(child);
  return {
    ready,
    folder,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((found, failed) => {
    child.once("exit", (code) => failed(new Error(`careloop ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once("line", (line) =>
      found(JSON.parse(line) as Record<string, unknown>),
    );
  });
}

/** A live desk that nobody has signed in at yet. */
export async function liveDesk(...more: string[]): Promise<Running & { link: string; hooks: string }> {
  const args = ["run", "--profile", "live", "--listen", "127.0.0.1:0", "--data-dir", "{}/data"];
  const running = await careloop(...args, "--key-file", "{}/key", ...more);
  return { ...running, link: String(running.ready.console), hooks: String(running.ready.hooks) };
}

/** Somebody who works at the desk. */
export interface Staff {
  name: string;
  login: string;
  password: string;
}

/** The six digits that an authenticator shows for a key (RFC 6238). */
export function digits(key: string, at = Date.now()): string {
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

/** Types the first code of the second factor that the screen offers; gives the recovery codes. */
export async function takeSecondFactor(page: Page): Promise<string[]> {
  await page.getByRole("heading", { name: "Your second factor" }).waitFor();
  const key = (await page.locator("code").textContent()) ?? "";
  await page.getByLabel("The six digits it shows now").fill(digits(key));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
  const codes = await page.getByRole("listitem").allTextContents();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByRole("navigation").waitFor();
  return codes;
}

/** The first start: makes the first administrator, who is then signed in; gives the recovery codes. */
export async function setUp(page: Page, link: string, who: Staff): Promise<string[]> {
  await page.goto(link);
  await page.getByRole("heading", { name: "Set up this desk" }).waitFor();
  await page.getByLabel("Name as it shall stand on the trail").fill(who.name);
  await page.getByLabel("Sign-in name").fill(who.login);
  await page.getByLabel("Password").fill(who.password);
  await page.keyboard.press("Enter");
  return takeSecondFactor(page);
}

/** An administrator adds somebody; the password given is for the first sign-in only. */
export async function addPerson(page: Page, who: Staff, role: RegExp, first: string): Promise<void> {
  await go(page, "people");
  await page.getByRole("button", { name: "Add a person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill(who.name);
  await dialog.getByLabel("Sign-in name").fill(who.login);
  await dialog.getByRole("button", { name: /Role/ }).click();
  await page.getByRole("option", { name: role }).click();
  await dialog.getByLabel("First password").fill(first);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row", { name: new RegExp(who.name) })).toBeVisible();
}

/** Signs in; an administrator gives a recovery code too. */
export async function signIn(page: Page, who: Staff, code?: string): Promise<void> {
  await page.getByLabel("Sign-in name").fill(who.login);
  await page.getByLabel("Password").fill(who.password);
  await page.keyboard.press("Enter");
  if (code) {
    await page.getByLabel("Six digits or a recovery code").fill(code);
    await page.keyboard.press("Enter");
  }
}

/** The first sign-in of somebody who was added: a password of their own before anything is shown. */
export async function signInFirst(page: Page, who: Staff, first: string): Promise<void> {
  await signIn(page, { ...who, password: first });
  await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
  await page.getByLabel("The password you have").fill(first);
  await page.getByLabel("The new password").fill(who.password);
  await page.keyboard.press("Enter");
}

export async function signOut(page: Page, who: Staff): Promise<void> {
  await page.getByRole("button", { name: who.name }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

/** Opens a screen from the rail. */
export async function go(page: Page, screen: string): Promise<void> {
  await page.locator(`nav a[href="#/${screen}"]`).click();
  await expect(page.locator(`nav a[href="#/${screen}"]`)).toHaveAttribute("aria-current", "page");
}

/** A test with a live desk of its own, stopped when the test ends. */
export const test = base.extend<{ live: Awaited<ReturnType<typeof liveDesk>> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures that are wanted.
  live: async ({}, use) => {
    const live = await liveDesk();
    await use(live);
    await live.stop();
  },
});

export { expect };
