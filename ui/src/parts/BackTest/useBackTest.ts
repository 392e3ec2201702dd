// A back-test of a change that is not saved: asked again as the change is typed, followed until it is over.

import { useEffect, useRef, useState } from "react";
import type { BacktestArgs } from "../../generated/BacktestArgs";
import type { BacktestView } from "../../generated/BacktestView";
import type { UserError } from "../../generated/UserError";
import { asUserError, call } from "../../host";

/** Typing goes on for so long before it is asked. */
const PAUSE = 350;
/** A long one is asked after this often. */
const STEP = 400;

export interface Asking {
  view: BacktestView | null;
  error: UserError | null;
  /** Asked, and no answer yet. */
  waiting: boolean;
  stop: () => void;
  again: () => void;
}

/** The back-test of a change; none while there is no change. */
export function useBackTest(change: BacktestArgs | null): Asking {
  const [view, setView] = useState<BacktestView | null>(null);
  const [error, setError] = useState<UserError | null>(null);
  const [waiting, setWaiting] = useState(false);
  const [turn, setTurn] = useState(0);
  const running = useRef<number | null>(null);
  const asked = change === null ? null : JSON.stringify(change);

  // A turn asks the same change again.
  useEffect(() => {
    setError(null);
    if (asked === null) {
      setView(null);
      setWaiting(false);
      return;
    }
    let over = false;
    let timer = window.setTimeout(() => void ask(), PAUSE);
    setWaiting(true);
    const take = (next: BacktestView) => {
      if (over) return;
      running.current = next.state === "running" ? next.id : null;
      setView(next);
      setWaiting(false);
      if (next.state === "running") timer = window.setTimeout(() => void follow(next.id), STEP);
    };
    const fail = (thrown: unknown) => {
      if (over) return;
      setError(asUserError(thrown));
      setView(null);
      setWaiting(false);
    };
    const ask = () => call("backtest", JSON.parse(asked) as BacktestArgs).then(take, fail);
    const follow = (id: number) => call("backtest_state", { id }).then(take, fail);
    return () => {
      over = true;
      window.clearTimeout(timer);
      if (running.current !== null) void call("backtest_cancel", { id: running.current }).catch(() => {});
      running.current = null;
    };
  }, [asked, turn]);

  return {
    view,
    error,
    waiting,
    stop: () => {
      if (running.current === null) return;
      void call("backtest_cancel", { id: running.current }).then(setView, () => {});
    },
    again: () => setTurn((n) => n + 1),
  };
}
