// Everything but the worklist: asked by name, kept until a hint says that it changed.

import { QueryClient, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { EpisodeDetail } from "../generated/EpisodeDetail";
import type { Notice } from "../generated/Notice";
import { call, type Host, type HostError, type Link } from "../host";
import { engineNow, learnNow } from "./clock";
import { onLanguage } from "./preferences";
import { refresh } from "./worklist";

export const queries = new QueryClient({
  defaultOptions: {
    // The engine is on this computer; the browser's idea of being online does not matter.
    queries: {
      networkMode: "always",
      staleTime: Number.POSITIVE_INFINITY,
      retry: 1,
      retryDelay: 400,
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: "always" },
  },
});

export function useFrame() {
  return useQuery({
    queryKey: ["frame"],
    queryFn: async () => {
      const frame = await call("frame", {});
      learnNow(frame.now);
      return frame;
    },
    // Vendor health ages without a hint; a slow beat keeps the strip honest.
    refetchInterval: 5_000,
  });
}

export function useEpisode(id: string | null) {
  return useQuery<EpisodeDetail, HostError>({
    queryKey: ["episode", id],
    queryFn: () => call("episode", { id: id as string }),
    enabled: id !== null,
  });
}

export function useConnections() {
  return useQuery({
    queryKey: ["connections"],
    queryFn: () => call("connections", {}),
    refetchInterval: 5_000,
  });
}

/** How each vendor is connected; asked often while a test runs. */
export function useSetUp() {
  return useQuery({
    queryKey: ["connection_set_up"],
    queryFn: () => call("connection_set_up", {}),
    refetchInterval: ({ state }) =>
      state.data?.vendors.some((vendor) => vendor.tests.some((test) => test.state === "running"))
        ? 500
        : 10_000,
  });
}

export function useSimulator() {
  return useQuery({ queryKey: ["simulator"], queryFn: () => call("simulator", {}), refetchInterval: 4_000 });
}

export function usePhone(mrn: string | null) {
  return useQuery({
    queryKey: ["phone", mrn],
    queryFn: () => call("sim_phone", { mrn: mrn as string }),
    enabled: mrn !== null,
    refetchInterval: 3_000,
  });
}

/** Visits of the visits simulator, their phones and whether the EHR answers by itself. */
export function useSimVisits() {
  return useQuery({
    queryKey: ["sim_visits"],
    queryFn: () => call("sim_visits", {}),
    // A reminder comes to be offered by time alone, without a hint.
    refetchInterval: 2_000,
  });
}

const pending = new Set<string>();
let soon: number | undefined;

/** Marks answers as old; many hints within a moment make one question each. */
function old(...keys: string[]) {
  for (const key of keys) pending.add(key);
  if (soon !== undefined) return;
  soon = window.setTimeout(() => {
    soon = undefined;
    for (const key of pending) {
      const [name, id] = key.split(" ");
      void queries.invalidateQueries({ queryKey: id ? [name, id] : [name] });
    }
    pending.clear();
  }, 150);
}

function hear({ notice }: Notice) {
  switch (notice.type) {
    case "rows":
      refresh();
      old("frame", ...notice.ids.map((id) => `episode ${id}`));
      break;
    case "frame":
      old("frame", "messages", "message");
      break;
    case "connections":
      old("connections", "frame", "messages", "message");
      break;
    case "patients":
      old("patients", "patient");
      break;
    case "visits":
      // A setting that changed is told so too, and scripts and rules are settings.
      old("visits", "visit", "sim_visits", "scripts", "script", "recipes");
      break;
    case "simulator":
      old("simulator", "phone");
      break;
    case "alarm":
      old("frame");
      refresh();
      for (const listener of alarmed) listener(notice.text, notice.severity);
      break;
  }
}

const alarmed = new Set<(text: string, severity: string) => void>();

/** Hears alarms, to say them to a screen reader. */
export function onAlarm(listener: (text: string, severity: string) => void): () => void {
  alarmed.add(listener);
  return () => {
    alarmed.delete(listener);
  };
}

let link: Link = { state: "connecting" };
const linkListeners = new Set<() => void>();

/** Joins the screen to its host: hints make questions, missed hints make all of them. */
export function follow(host: Host): void {
  host.onNotice((heard) => {
    if (!heard.missed) return hear(heard.notice);
    refresh(true);
    void queries.invalidateQueries();
  });
  host.onLink((next) => {
    link = next.state === "lost" ? { ...next, since: engineNow() } : next;
    for (const listener of linkListeners) listener();
  });
  onLanguage(() => {
    refresh(true);
    void queries.invalidateQueries();
  });
  refresh(true);
}

export function useLink(): Link {
  return useSyncExternalStore(
    (listener) => {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
    () => link,
  );
}
