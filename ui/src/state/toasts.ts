// What an act did, said once, and undone within ten seconds.

import { useSyncExternalStore } from "react";
import type { Done } from "../generated/Done";
import type { UserError } from "../generated/UserError";
import { asUserError, call } from "../host";
import { engineNow } from "./clock";

export interface Toast {
  key: number;
  said: string;
  tone: "done" | "error";
  what_to_do?: string;
  undo?: { token: string; until: number };
  leaves: number;
}

const STAY_MS = 5_000;
const STAY_ERROR_MS = 12_000;
let toasts: readonly Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function become(all: readonly Toast[]) {
  toasts = all;
  for (const listener of listeners) listener();
}

function add(toast: Omit<Toast, "key">) {
  const key = next++;
  // Three at most: the newest act is the one a person may want back.
  become([...toasts, { ...toast, key }].slice(-3));
  window.setTimeout(() => dismiss(key), Math.max(500, toast.leaves - engineNow()));
}

export function dismiss(key: number): void {
  if (toasts.some((toast) => toast.key === key)) become(toasts.filter((toast) => toast.key !== key));
}

export function sayDone(done: Done): void {
  const until = done.undo ? Date.parse(done.undo.until) : 0;
  add({
    said: done.said,
    tone: "done",
    leaves: done.undo ? until : engineNow() + STAY_MS,
    ...(done.undo ? { undo: { token: done.undo.token, until } } : {}),
  });
}

export function say(said: string): void {
  add({ said, tone: "done", leaves: engineNow() + STAY_MS });
}

export function sayError(error: UserError): void {
  add({
    said: error.what_happened,
    what_to_do: error.what_to_do,
    tone: "error",
    leaves: engineNow() + STAY_ERROR_MS,
  });
}

/** Undoes the newest act that still can be. True when there was one. */
export async function undoLatest(): Promise<boolean> {
  const latest = toasts.filter((toast) => toast.undo && toast.undo.until > engineNow()).at(-1);
  if (!latest) return false;
  await undo(latest);
  return true;
}

export async function undo(toast: Toast): Promise<void> {
  if (!toast.undo) return;
  dismiss(toast.key);
  try {
    sayDone(await call("undo", { token: toast.undo.token }));
  } catch (thrown) {
    sayError(asUserError(thrown));
  }
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
