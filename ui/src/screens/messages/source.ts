// What the list asks for: kept small, so that a page is the same question until a filter changes.

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { MessageDetail } from "../../generated/MessageDetail";
import type { MessagesView } from "../../generated/MessagesView";
import { call, type HostError } from "../../host";

export const GROUPS = [
  "attention",
  "waiting",
  "blocked",
  "parked",
  "failed",
  "quarantined",
  "would_send",
  "sent",
  "withdrawn",
  "all",
] as const;
export type Group = (typeof GROUPS)[number];

export const VENDORS = ["cerner", "twilio", "pagerduty", "slack", "ehr"] as const;

export const SPANS = { any: 0, hour: 60, day: 1_440, week: 10_080 } as const;
export type Span = keyof typeof SPANS;

export interface Filter {
  group: Group;
  vendor: string;
  patient: string;
  span: Span;
}

/** From when on, to the minute: the same question within a minute. */
export function since(span: Span, now: number): string | null {
  if (span === "any") return null;
  const minute = 60_000;
  return new Date(Math.floor(now / minute) * minute - SPANS[span] * minute).toISOString();
}

export function useMessages(filter: Filter) {
  return useInfiniteQuery<MessagesView, HostError, MessagesView[], unknown[], number | null>({
    queryKey: ["messages", filter],
    queryFn: ({ pageParam }) =>
      call("messages", {
        group: filter.group,
        vendor: filter.vendor,
        patient: filter.patient,
        from: since(filter.span, Date.now()),
        to: null,
        before: pageParam,
      }),
    initialPageParam: null,
    getNextPageParam: (last) => last.more,
    select: (data) => data.pages,
    refetchInterval: 5_000,
    retry: false,
  });
}

export function useMessage(id: number | null) {
  return useQuery<MessageDetail, HostError>({
    queryKey: ["message", id],
    queryFn: () => call("message", { id: id as number }),
    enabled: id !== null,
  });
}
