/**
 * A peer as a library: registers, finds other clients, and talks to them
 * directly. It has no terminal, so a bot can import it.
 *
 * @module
 */
export {
  BlockedError,
  type Dialled,
  KeyChangedError,
  KnownAddressError,
  NoSecureAnswerError,
  PeerError,
  PlainOnlyError,
} from "./errors.ts";
export type { Candidate, Candidates, Client } from "../protocol/mod.ts";
export type { Party, PeerEvent, Protection } from "./events.ts";
export {
  KnownRegistryError,
  NotARegistryError,
  OtherClientError,
  RefusedError,
} from "./registry_client/mod.ts";
export { type Home, openHome } from "./store/mod.ts";
export type {
  BlockedStranger,
  Blocking,
  NamedStranger,
  NewKey,
  StrangerDecisions,
  WaitingStranger,
} from "./connect/mod.ts";
export type { ContactKeys } from "./contact_keys.ts";
export type { PeerOptions } from "./options.ts";
export type { Connect } from "./reach/mod.ts";
export { Peer } from "./peer.ts";
export { ACCEPT_POLICIES, type AcceptPolicy } from "./trust/mod.ts";
export { DAILY_QUOTAS, NO_QUOTAS, type Quotas } from "./trust/mod.ts";
export { PEER_TIMINGS, type PeerTimings } from "./timings.ts";
export { openStore, type Store, type StoreOptions } from "./store/mod.ts";
export type { History } from "./store/mod.ts";
export type { Budget, Inbox, Received } from "./store/mod.ts";
export type { Incoming, MessageState, Outgoing } from "./store/mod.ts";
export type { Outbox, WaitingOptions } from "./store/mod.ts";
export type { Queue } from "./conversation/mod.ts";
export type { Blocked, BlockedClient } from "./store/mod.ts";
export type { FormerKeys, KeyReplacement } from "./store/mod.ts";
export type {
  OwedStatement,
  OwnKeyStore,
  ReplacedKey,
  StoredKeyPair,
} from "./store/mod.ts";
export type { HeldMessage, Requests, Stranger } from "./store/mod.ts";
export type { DailyTotals, Totals } from "./store/mod.ts";
export type { Gap, Gaps } from "./store/mod.ts";
export type { MetAddress, MetAddresses } from "./store/mod.ts";
export type { Pin, Pins, PlainRegistries } from "./store/mod.ts";
