// The desk that the tests sit at: opening the console, choosing patients nobody works on, and the words of the screen.

import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Locator, type Page } from "@playwright/test";

const link = process.env.CARELOOP_CONSOLE_URL;
if (!link) throw new Error("CARELOOP_CONSOLE_URL holds the link of a running console");
const url = new URL(link);
const token = /token=([^&]+)/.exec(url.hash)?.[1] ?? null;

export type Screen =
  | "worklist"
  | "patients"
  | "simulator"
  | "messages"
  | "connections"
  | "people"
  | "audit"
  | "checkins"
  | "scripts"
  | "shadow"
  | "settings"
  | "minutes"
  | "measures"
  | "runbook";

export interface Patient {
  mrn: string;
  name: string;
  /** What a page carries instead of the name. */
  case_id: string;
}

interface Row {
  id: string;
  group: string;
  patient: { mrn: string } | null;
}
interface Simulated {
  patient: Patient;
  phone: string | null;
  language: string;
}

const taken = new Set<string>();

export class Desk {
  constructor(readonly page: Page) {}

  async open(screen: Screen): Promise<void> {
    await this.page.goto(link as string);
    await this.page.getByRole("navigation").waitFor();
    await this.go(screen);
  }

  async go(screen: Screen): Promise<void> {
    await this.page.locator(`nav a[href="#/${screen}"]`).click();
    await expect(this.page.locator(`nav a[href="#/${screen}"]`)).toHaveAttribute("aria-current", "page");
  }

  /** Asks the console itself; only where it was opened by its own link. */
  private async ask<T>(command: string, args: object): Promise<T> {
    const answer = await this.page.request.post(new URL(`api/call/${command}`, url).href, {
      headers: { authorization: `Bearer ${token}` },
      data: args,
    });
    expect(answer.ok(), `${command} is answered`).toBe(true);
    return (await answer.json()) as T;
  }

  /** A patient with a phone and nothing open, that no other test has taken. */
  async patient(): Promise<Patient> {
    await this.go("simulator");
    if (token) {
      const { patients } = await this.ask<{ patients: Simulated[] }>("simulator", {});
      const { rows } = await this.ask<{ rows: Row[] }>("worklist", { since: 0, closed: false });
      const busy = new Set(rows.map((row) => row.patient?.mrn));
      const free = patients.find(
        ({ patient, phone, language }) =>
          phone && language === "en" && !busy.has(patient.mrn) && !taken.has(patient.mrn),
      );
      if (!free) throw new Error("every simulated patient has an open row");
      taken.add(free.patient.mrn);
      return free.patient;
    }
    const options = this.page.getByRole("listbox").getByRole("option");
    await this.page.getByRole("searchbox").fill("");
    await options.first().waitFor();
    const mrns = await options.evaluateAll((all) => all.map((one) => one.getAttribute("data-key") ?? ""));
    const mrn = mrns.slice(27).find((one) => !taken.has(one)) as string;
    taken.add(mrn);
    const name = (await this.option(mrn).locator("b").textContent()) ?? "";
    return { mrn, name, case_id: "" };
  }

  option(mrn: string): Locator {
    return this.page.getByTestId(`sim-patient-${mrn}`);
  }

  /** Chooses a patient of the Simulator by searching, as a person would. */
  async play(mrn: string): Promise<void> {
    await this.go("simulator");
    await this.page.getByRole("searchbox", { name: "Find a patient" }).fill(mrn);
    await this.option(mrn).click();
  }

  /** Sends one of the Simulator's readings for a patient. */
  async send(
    mrn: string,
    preset: "Within limits" | "Abnormal" | "Critical",
    vital = "Blood pressure",
  ): Promise<void> {
    await this.play(mrn);
    await this.page.getByRole("radio", { name: vital }).click();
    await this.page.getByRole("button", { name: preset, exact: true }).click();
    await this.page.getByRole("button", { name: "Send the reading" }).click();
    await expect(this.page.getByRole("list", { name: "What became of it" })).toContainText("Kept");
  }

  /** Opens the row of the reading sent last. */
  async openRow(): Promise<void> {
    await this.page.getByRole("link", { name: "Open the row" }).first().click();
    await expect(this.chosen).toBeVisible();
  }

  /** Shows only that patient's rows: the list draws no more than is in sight. */
  async find(mrn: string): Promise<void> {
    await this.go("worklist");
    await this.page.getByRole("searchbox", { name: "Find a patient" }).fill(mrn);
  }

  get chosen(): Locator {
    return this.page.locator('[role=row][aria-selected="true"]');
  }

  get panel(): Locator {
    return this.page.locator("#worklist-panel");
  }

  rowOf(name: string): Locator {
    return this.page.getByRole("row", { name });
  }

  get strip(): Locator {
    return this.page.getByRole("region", { name: "State of the connections" });
  }

  /** What was said at the foot of the screen. */
  get said(): Locator {
    return this.page.locator('[role=status][aria-live="polite"]').last();
  }

  async prefer(change: { theme?: string; language?: string }): Promise<void> {
    await this.page.addInitScript((wanted) => {
      localStorage.setItem(
        "careloop.preferences",
        JSON.stringify({ theme: "dark", language: "en", ...wanted }),
      );
    }, change);
  }

  /** Nothing that axe can find is wrong with what is on the screen. */
  async expectNoAxeFinding(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    const found = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`).join(" | ")}`,
    );
    expect(found).toEqual([]);
  }
}

export const test = base.extend<{ desk: Desk }>({
  desk: async ({ page }, use) => {
    const trouble: string[] = [];
    page.on("pageerror", (error) => trouble.push(error.message));
    await use(new Desk(page));
    expect(trouble, "the screen itself reports no error").toEqual([]);
  },
});

export { expect };
