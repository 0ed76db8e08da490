/**
 * Leases and the way to sessions, in the memory of this process.
 *
 * @module
 */
export { MemoryDirectory } from "./directory.ts";
export { MemoryLease } from "./lease.ts";
export { MemoryPush } from "./push.ts";
