/**
 * What a client keeps: pins, messages both ways, and their history.
 *
 * @module
 */
export { Blocked, type BlockedClient } from "./blocked.ts";
export { checkText } from "./check_text.ts";
export { currentIdentity } from "./current_identity.ts";
export { DailyTotals, type Totals } from "./daily_totals.ts";
export { type Gap, Gaps } from "./gaps.ts";
export { FormerKeys, type KeyReplacement } from "./former_keys.ts";
export { History } from "./history.ts";
export { type Home, openHome } from "./home.ts";
export { type Budget, Inbox, type Received } from "./inbox.ts";
export { type MetAddress, MetAddresses } from "./met_addresses.ts";
export type { Incoming, MessageState, Outgoing } from "./message.ts";
export { Outbox, type WaitingOptions } from "./outbox.ts";
export {
  type OwedStatement,
  OwnKeyStore,
  type ReplacedKey,
  type StoredKeyPair,
} from "./own_keys.ts";
export { type Pin, Pins } from "./pins.ts";
export { PlainRegistries } from "./plain_registries.ts";
export { type HeldMessage, Requests, type Stranger } from "./requests.ts";
export { openStore, type Store, type StoreOptions } from "./store.ts";
