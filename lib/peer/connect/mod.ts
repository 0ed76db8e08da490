/**
 * How a link to a peer is set up: resolving, dialling, accepting, and
 * introducing both sides to each other.
 *
 * @module
 */
export { Acceptor } from "./acceptor.ts";
export { type BlockedStranger, Blocking } from "./blocking.ts";
export { type ConnectContext, type DialTarget } from "./context.ts";
export { acceptConnection } from "./inbound.ts";
export { KnownAddresses } from "./known_addresses.ts";
export { openConversation } from "./outbound.ts";
export { limitRefusalsAndKeyChanges } from "./refusal_limiter.ts";
export { HeldLinks } from "./held_links.ts";
export {
  KeyRotation,
  type KeyRotationContext,
  type NewKey,
} from "./key_rotation.ts";
export { Resolver } from "./resolver.ts";
export { type NewKeyOptions, retryWithNewKey } from "./retry_with_new_key.ts";
export type {
  NamedStranger,
  StrangerDecisions,
  WaitingStranger,
} from "./stranger_decisions.ts";
export { Strangers } from "./strangers.ts";
