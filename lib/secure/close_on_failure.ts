import type { Wire } from "../net/mod.ts";

/** What ends work on a wire early. */
export interface WireLimits {
  /** Cancels the work. */
  readonly signal?: AbortSignal | undefined;
  /** How long it may take, in ms. */
  readonly timeoutMs: number;
  /**
   * Is called when that time is over: the work fails with the error that it
   * returns, and goes on if it returns none.
   */
  readonly onTimeout: () => Error | undefined;
}

/**
 * Does work on a wire, and closes the wire if the work fails, takes too long or
 * is cancelled. In the last two cases the work itself is not waited for: its
 * signal aborts, and its wire is closed.
 *
 * @throws What `onTimeout` returns, the signal's reason, or what the work
 * throws.
 */
export async function closeOnFailure<T>(
  wire: Wire,
  { signal, timeoutMs, onTimeout }: WireLimits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const cancel = () => stop.abort(signal?.reason);
  const timer = setTimeout(() => {
    const error = onTimeout();
    if (error !== undefined) stop.abort(error);
  }, timeoutMs);
  signal?.addEventListener("abort", cancel);
  try {
    signal?.throwIfAborted();
    return await Promise.race([work(stop.signal), aborted(stop.signal)]);
  } catch (error) {
    stop.abort(error);
    wire.close();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason))
  );
}
