// The one seam between the screens and whatever runs the engine: a Tauri window or a headless console.

import type { Commands } from "../generated/Commands";
import type { Notice } from "../generated/Notice";
import type { UserError } from "../generated/UserError";

/** A failure with the engine's own words for the person. */
export class HostError extends Error {
  constructor(readonly error: UserError) {
    super(error.title);
    this.name = "HostError";
  }
}

/** Whether the console hears its engine, and since when it does not. */
export type Link =
  | { state: "connecting" }
  | { state: "connected" }
  | { state: "lost"; since: number }
  | { state: "signed_out" };

/** What a notice listener gets: a hint, or word that hints were missed and everything must be asked again. */
export type Heard = { missed: false; notice: Notice } | { missed: true };

/** Who speaks: the word of a sign-in, kept for as long as this screen is open. */
export class SignIn {
  private word: string;

  constructor(private readonly storage: Storage | null) {
    this.word = storage?.getItem(SESSION_KEY) ?? "";
  }

  get session(): string {
    return this.word;
  }

  set session(word: string) {
    this.word = word;
    if (word) this.storage?.setItem(SESSION_KEY, word);
    else this.storage?.removeItem(SESSION_KEY);
  }
}

const SESSION_KEY = "careloop.session";

export interface Host {
  /** The sign-in that goes beside every call. */
  readonly signIn: SignIn;
  call<K extends keyof Commands>(name: K, args: Commands[K]["args"]): Promise<Commands[K]["reply"]>;
  onNotice(listener: (heard: Heard) => void): () => void;
  onLink(listener: (link: Link) => void): () => void;
}

/** A small set of listeners. */
export class Listeners<T> {
  private readonly all = new Set<(value: T) => void>();

  add(listener: (value: T) => void): () => void {
    this.all.add(listener);
    return () => {
      this.all.delete(listener);
    };
  }

  tell(value: T): void {
    for (const listener of this.all) listener(value);
  }
}

/** The failure shown when the engine could not be reached at all. */
export function unreachable(detail: string): UserError {
  return {
    code: "unreachable",
    title: "No answer from the console's engine",
    what_happened: detail,
    what_to_do:
      "The screen keeps trying. If this lasts, start Careloop again; nothing that was saved is lost.",
    retryable: true,
    field: null,
  };
}

/** Reads whatever a host rejected with as a `UserError`. */
export function asUserError(thrown: unknown): UserError {
  if (thrown instanceof HostError) return thrown.error;
  if (typeof thrown === "object" && thrown !== null && "what_happened" in thrown) return thrown as UserError;
  if (thrown instanceof Error) return unreachable(thrown.message);
  return unreachable(String(thrown));
}

/** Watches the sequence of notices: they have no gaps, so a gap means that something was missed. */
export class Sequence {
  private last: number | null = null;

  /** True when this one follows the last one heard; repeats are no gap. */
  follows(seq: number): boolean {
    const ok = this.last === null || seq <= this.last + 1;
    // A smaller number after a restart of the engine starts a new count.
    if (this.last !== null && seq < this.last - 1_000) {
      this.last = seq;
      return false;
    }
    if (this.last === null || seq > this.last) this.last = seq;
    return ok;
  }

  get heard(): number | null {
    return this.last;
  }

  forget(): void {
    this.last = null;
  }
}
