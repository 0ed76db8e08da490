import type { Wire } from "./wire.ts";

/**
 * Runs some work on a wire, and closes the wire if the signal aborts meanwhile.
 *
 * @throws What the work throws.
 */
export async function closeOnAbort<T>(
  signal: AbortSignal,
  wire: Wire,
  work: () => Promise<T>,
): Promise<T> {
  const close = () => wire.close();
  signal.addEventListener("abort", close);
  if (signal.aborted) close();
  try {
    return await work();
  } finally {
    signal.removeEventListener("abort", close);
  }
}
