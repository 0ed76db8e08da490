/** What {@linkcode within} gives when its time is over. */
export const LATE = Symbol("late");

/**
 * Waits for a promise for a limited time. The promise goes on after that: this
 * only stops waiting for it.
 *
 * @param limit How long to wait, in ms.
 * @returns What the promise gives, or {@linkcode LATE}.
 */
export async function within<T>(
  promise: Promise<T>,
  limit: number,
): Promise<T | typeof LATE> {
  const { promise: late, resolve } = Promise.withResolvers<typeof LATE>();
  const timer = setTimeout(() => resolve(LATE), limit);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
