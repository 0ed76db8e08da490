import { setTimeout as wait } from "node:timers/promises";

/** A clock, and a way to wait by it: a test can hand in its own. */
export interface Clock {
  /** The time, in ms, on a clock that only goes forward. */
  now(): number;
  /**
   * Waits.
   *
   * @param ms How long, in ms.
   * @param signal Ends the wait early when it aborts.
   */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The system's monotonic clock. */
export const MONOTONIC_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal }).catch(() => {});
  },
};
