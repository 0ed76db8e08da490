/**
 * What a client and a registry say to each other inside the secure channel, one
 * file a method (PROTOCOL.md, "Methods").
 *
 * @module
 */
export { BRIDGE, type BridgeRequest } from "./bridge.ts";
export {
  COLLECT,
  type CollectedLetter,
  type CollectReply,
  type CollectRequest,
} from "./collect.ts";
export { DEPOSIT, type DepositRequest } from "./deposit.ts";
export { INFO, type InfoReply, type InfoRequest } from "./info.ts";
export { LOOKUP, type LookupReply, type LookupRequest } from "./lookup.ts";
export { encodeMail, isMail } from "./mail.ts";
export { PING } from "./ping.ts";
export {
  REGISTER,
  type RegisterReply,
  type RegisterRequest,
} from "./register.ts";
export { UNREGISTER } from "./unregister.ts";
