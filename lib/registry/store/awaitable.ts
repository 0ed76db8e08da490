/**
 * A value that is there at once, or later. What calls a store in the plain mode
 * waits only for a promise.
 */
export type Awaitable<T> = T | Promise<T>;
