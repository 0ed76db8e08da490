/**
 * Concurrency primitives, each in a file, named as `@std/async` names them.
 *
 * @module
 */
export { backoff } from "./backoff.ts";
export { Coalescer } from "./coalesce.ts";
export { Semaphore } from "./semaphore.ts";
export { TIMED_OUT, withTimeout } from "./timeout.ts";
