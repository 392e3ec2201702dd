import { asUserError, type Host } from "./host";

export * from "./host";

let chosen: Host | undefined;

/** Chooses the adapter for where the screen runs. Called once, before the first render. */
export async function openHost(): Promise<Host> {
  chosen = await chooseHost();
  return chosen;
}

async function chooseHost(): Promise<Host> {
  if (
    (import.meta.env.DEV || import.meta.env.VITE_FAKE) &&
    new URLSearchParams(window.location.search).has("fake")
  ) {
    return (await import("./fake")).fakeHost(new URLSearchParams(window.location.search));
  }
  if ("__TAURI_INTERNALS__" in window) {
    return (await import("./tauri")).tauriHost();
  }
  return (await import("./browser")).browserHost();
}

/** The host in use. */
export function host(): Host {
  if (!chosen) throw new Error("openHost() comes first");
  return chosen;
}

const shut = new Set<() => void>();

/** Hears that the door is shut: signed out, locked, or something is due first. */
export function onDoorShut(listener: () => void): void {
  shut.add(listener);
}

/** Calls one command of the console; the answer's sentences are in the language of the screen. */
export const call: Host["call"] = async (name, args) => {
  try {
    return await host().call(name, { ...args, language: document.documentElement.lang });
  } catch (thrown) {
    const { code } = asUserError(thrown);
    if (code === "sign_in" || code === "locked") for (const listener of shut) listener();
    throw thrown;
  }
};
