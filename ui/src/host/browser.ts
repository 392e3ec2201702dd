// The headless console's host: commands over HTTP, notices over server-sent events, a token from the link.

import type { Commands } from "../generated/Commands";
import type { Notice } from "../generated/Notice";
import {
  asUserError,
  type Heard,
  type Host,
  HostError,
  type Link,
  Listeners,
  Sequence,
  SignIn,
  unreachable,
} from "./host";

const TOKEN_KEY = "careloop.token";
const CALL_LIMIT_MS = 20_000;
const RETRY_FIRST_MS = 400;
const RETRY_LONGEST_MS = 5_000;

/** Takes the token out of `#token=...`, so that it does not stay in the address bar or the history. */
export function takeToken(location: Location, history: History, storage: Storage): string | null {
  const match = /(?:^#|[#&])token=([^&]+)/.exec(location.hash);
  if (match?.[1]) {
    const token = decodeURIComponent(match[1]);
    storage.setItem(TOKEN_KEY, token);
    history.replaceState(null, "", `${location.pathname}${location.search}#/worklist`);
    return token;
  }
  return storage.getItem(TOKEN_KEY);
}

export function browserHost(): Host {
  const token = takeToken(window.location, window.history, window.sessionStorage);
  const signIn = new SignIn(window.sessionStorage);
  const notices = new Listeners<Heard>();
  const links = new Listeners<Link>();
  const sequence = new Sequence();
  let link: Link = token ? { state: "connecting" } : { state: "signed_out" };
  let wait = RETRY_FIRST_MS;
  let wasLost = false;

  function become(next: Link) {
    if (next.state === "lost" && link.state === "lost") return;
    link = next;
    links.tell(link);
  }

  function listen() {
    if (link.state === "signed_out" || !token) return;
    const query = new URLSearchParams({ token });
    const heard = sequence.heard;
    if (heard !== null) query.set("since", String(heard));
    const source = new EventSource(`api/events?${query}`);
    source.onopen = () => {
      wait = RETRY_FIRST_MS;
      become({ state: "connected" });
      if (wasLost) {
        wasLost = false;
        sequence.forget();
        notices.tell({ missed: true });
      }
    };
    source.onmessage = (event) => {
      const notice = JSON.parse(event.data) as Notice;
      if (sequence.follows(notice.seq)) notices.tell({ missed: false, notice });
      else notices.tell({ missed: true });
    };
    source.onerror = () => {
      // The browser would retry with the old address; a new one carries what was heard since.
      source.close();
      wasLost = true;
      if (link.state !== "signed_out") become({ state: "lost", since: Date.now() });
      window.setTimeout(listen, wait);
      wait = Math.min(wait * 2, RETRY_LONGEST_MS);
    };
  }

  async function call<K extends keyof Commands>(
    name: K,
    args: Commands[K]["args"],
  ): Promise<Commands[K]["reply"]> {
    const stop = new AbortController();
    const timer = window.setTimeout(() => stop.abort(), CALL_LIMIT_MS);
    let response: Response;
    let text: string;
    try {
      response = await fetch(`api/call/${name}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${token ?? ""}`,
          ...(signIn.session && { "careloop-session": signIn.session }),
        },
        body: JSON.stringify(args),
        signal: stop.signal,
        cache: "no-store",
      });
      text = await response.text();
    } catch {
      throw new HostError(unreachable("The screen could not reach the engine on this computer."));
    } finally {
      window.clearTimeout(timer);
    }
    if (response.ok) return JSON.parse(text) as Commands[K]["reply"];
    if (response.status === 401) become({ state: "signed_out" });
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      body = new Error(`The engine answered ${response.status}.`);
    }
    throw new HostError(asUserError(body));
  }

  listen();
  return {
    signIn,
    call,
    onNotice: (listener) => notices.add(listener),
    onLink: (listener) => {
      listener(link);
      return links.add(listener);
    },
  };
}
