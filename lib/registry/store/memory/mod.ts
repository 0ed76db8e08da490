/**
 * What a registry knows of those who are online, in memory.
 *
 * @module
 */
export { MemoryDirectory } from "./directory.ts";
export { MemoryLease } from "./lease.ts";
export { MemoryPush } from "./push.ts";
