import type { Wire } from "../net/mod.ts";

/** What ends work on a wire early. */
export interface WireLimits {
  /** Cancels the work. */
  readonly signal?: AbortSignal | undefined;
  /** After how long, in ms, the work fails with which error. Default: never. */
  readonly timeout?: { readonly ms: number; readonly error: () => Error };
}

/**
 * Does work on a wire, and closes the wire if the work fails, takes too long or
 * is cancelled. In the last two cases the work itself is not waited for: its
 * signal aborts, and its wire is closed.
 *
 * @throws The error of the time-out, the signal's reason, or what the work
 * throws.
 */
export async function closeOnFailure<T>(
  wire: Wire,
  { signal, timeout }: WireLimits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const cancel = () => stop.abort(signal?.reason);
  const timer = timeout &&
    setTimeout(() => stop.abort(timeout.error()), timeout.ms);
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
