import type { Wire } from "../net/mod.ts";

/** Until when something on a wire may go on. */
export interface Deadline {
  /** In ms from now. */
  readonly timeout: number;
  /** What is thrown when it has passed. */
  readonly expired: () => Error;
  /** Ends it earlier. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does some work on a wire, and closes the wire if it fails, takes too long or
 * is called off. The work is not waited for then: it learns of it from its
 * signal, and from the wire that is closed.
 *
 * @throws What `expired` makes, the signal's reason, or what the work throws.
 */
export async function withDeadline<T>(
  wire: Wire,
  { timeout, expired, signal }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const callOff = () => stop.abort(signal?.reason);
  const timer = setTimeout(() => stop.abort(expired()), timeout);
  signal?.addEventListener("abort", callOff);
  try {
    signal?.throwIfAborted();
    return await Promise.race([work(stop.signal), aborted(stop.signal)]);
  } catch (error) {
    stop.abort(error);
    wire.close();
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", callOff);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason))
  );
}
