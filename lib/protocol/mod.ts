/**
 * The protocol of both programs, written once: methods, headers, codes, limits
 * and timings, and for each method the encoder and decoder of its request and
 * reply. Both ends import them (docs/PROTOCOL.md).
 *
 * @module
 */
export {
  type Candidate,
  type Candidates,
  formatCandidates,
  parseCandidates,
} from "./candidate.ts";
export type { Client } from "./client.ts";
export { CLIENT_ID_RULE, isClientID } from "./client_id.ts";
export { CODE, isDismissal, isFinalRefusal } from "./codes.ts";
export { decodeError, encodeError, type ErrorReply } from "./error_reply.ts";
export { ProtocolError } from "./errors.ts";
export type { Exchange } from "./exchange.ts";
export { HEADER } from "./headers.ts";
export { encodeHello, handshakeIn, versionIn } from "./hello.ts";
export {
  MAX_CANDIDATES,
  MAX_INFO_PAGE_CLIENTS,
  MAX_LETTER_BYTES,
  MAX_LETTERS_PER_MAILBOX,
  MAX_LETTERS_PER_PAGE,
  MAX_MAILBOX_BYTES,
  MAX_RECEIPTS,
  MAX_ROTATIONS,
  MAX_SEQ_LENGTH,
  SEND_WINDOW_MESSAGES,
} from "./limits.ts";
export { isMessageID } from "./message_id.ts";
export { METHOD } from "./methods.ts";
export * from "./peer/mod.ts";
export * from "./plain/mod.ts";
export { isPublicKey } from "./public_key.ts";
export * from "./registry/mod.ts";
export {
  decodeRotation,
  encodeRotation,
  formatRotations,
  type Rotation,
  rotationsIn,
} from "./rotation.ts";
export { isSeq, seqOf, withSeq } from "./seq.ts";
export {
  CLAIM_TTL_S,
  LEASE_GRACE_S,
  LETTER_TTL_S,
  LINK_PING_AFTER_S,
  LINK_SILENCE_S,
  PLAIN_LEASE_S,
  REGISTRY_PING_INTERVAL_S,
  REGISTRY_PONG_TIMEOUT_S,
  REGISTRY_SILENCE_S,
} from "./timings.ts";
