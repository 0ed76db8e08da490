/**
 * The registry as a peer sees it, in the secure mode or in plain.
 *
 * @module
 */
export { ClaimLookup, type LookUpClient } from "./claim_lookup.ts";
export { FallbackRegistryClient } from "./fallback.ts";
export { MailboxClient } from "./mailbox_client.ts";
export { MAX_LISTED_CLIENTS } from "./listing.ts";
export { type RegistryClient } from "./registry_client.ts";
export {
  KnownRegistryError,
  NotARegistryError,
  OtherClientError,
  RefusedError,
} from "./errors.ts";
