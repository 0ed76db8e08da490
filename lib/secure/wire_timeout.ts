import type { Wire } from "../net/mod.ts";

/** For how long work on a wire may go on. */
export interface WireTimeout {
  /** How long it may take, in ms. */
  readonly timeoutMs: number;
  /** Makes the error that is thrown after that. */
  readonly timeoutError: () => Error;
  /** Cancels it earlier. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does work on a wire, and closes the wire if the work fails, takes too long or
 * is cancelled. In the last two cases the work itself is not waited for: its
 * signal aborts, and its wire is closed.
 *
 * @throws What `timeoutError` makes, the signal's reason, or what the work
 * throws.
 */
export async function withWireTimeout<T>(
  wire: Wire,
  { timeoutMs, timeoutError, signal }: WireTimeout,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const cancel = () => stop.abort(signal?.reason);
  const timer = setTimeout(() => stop.abort(timeoutError()), timeoutMs);
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
