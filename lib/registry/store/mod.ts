/**
 * What a registry remembers: leases, claims, letters, and the way to the
 * sessions. Sessions and methods know the interfaces only.
 *
 * @module
 */
export {
  type EmbeddedStore,
  openEmbeddedStore,
  type StoreOptions,
} from "./embedded.ts";
export {
  LetterTooLargeError,
  MailboxFullError,
  MailFullError,
  SenderShareError,
} from "./errors.ts";
export { flatText } from "./flat_text.ts";
export { DEFAULT_MAX_MAIL_BYTES, storedBytes } from "./mailbox_limits.ts";
export { type OpenClaims, openClaims } from "./open_claims.ts";
export { openStateFolder, type StateFolder } from "./state_folder.ts";
export type {
  Awaitable,
  Claim,
  Claims,
  CollectOptions,
  Cursor,
  Directory,
  Lease,
  LeasePage,
  LeaseRequest,
  ListedClaim,
  ListQuery,
  Mailbox,
  NewLetter,
  Notification,
  Offer,
  PageEnd,
  Push,
  RunTime,
  SessionLeaseResult,
  SessionRef,
  Store,
  StoredLetter,
} from "./types.ts";
export type { MemoryDirectory, MemoryPush } from "./memory/mod.ts";
export type {
  SQLiteClaims,
  SQLiteMailbox,
  SQLiteRunTime,
} from "./sqlite/mod.ts";
