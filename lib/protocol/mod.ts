/**
 * The protocol of both programs, written once: methods, headers, codes, limits.
 *
 * @module
 */
export { isClientID } from "./client_id.ts";
