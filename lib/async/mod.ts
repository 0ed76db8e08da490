/**
 * Concurrency primitives, each in a file, named as `@std/async` names them.
 *
 * @module
 */
export { backoff, type BackoffOptions } from "./backoff.ts";
export { type Clock, MONOTONIC_CLOCK } from "./clock.ts";
export { Coalescer } from "./coalesce.ts";
export { Semaphore } from "./semaphore.ts";
export { TIMED_OUT, withTimeout } from "./timeout.ts";
