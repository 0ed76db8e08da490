import {
  LINK_PING_AFTER_S,
  LINK_SILENCE_S,
  PLAIN_LEASE_S,
  REGISTRY_PING_INTERVAL_S,
  REGISTRY_PONG_TIMEOUT_S,
} from "../protocol/mod.ts";
import { HANDSHAKE_TIMEOUT_MS } from "../secure/mod.ts";

/**
 * How long a peer waits for what, in ms. The timings that both ends have to
 * agree on are in `lib/protocol`; a test can hand in shorter ones.
 */
export interface PeerTimings {
  /** How long an address has to accept a connection. */
  readonly dialTimeoutMs: number;
  /** How long the other end has to answer a HELLO. */
  readonly helloTimeoutMs: number;
  /** How long a peer that has connected has for the handshake. */
  readonly handshakeTimeoutMs: number;
  /** How long a peer has to say who it is, after the handshake. */
  readonly introductionTimeoutMs: number;
  /** How long a peer that may be plain has to send its first bytes. */
  readonly plainIntroductionTimeoutMs: number;
  /** How long a peer that is rejected has to read the reason. */
  readonly rejectLingerMs: number;

  /** After how long a silence PING is sent on a link to a peer. */
  readonly linkPingAfterMs: number;
  /** After how long a silence a link to a peer counts as broken. */
  readonly linkSilenceTimeoutMs: number;
  /** After how long a link counts as stable, also if nothing went over it. */
  readonly linkStableAfterMs: number;
  /** How long a peer has to answer QUIT. */
  readonly quitTimeoutMs: number;
  /** How long links under a replaced key of this peer may stay, in ms. */
  readonly changeOverMs: number;
  /** How long a conversation whose link broke is tried to be reconnected. */
  readonly reconnectTimeoutMs: number;
  /** The first delay before something is tried again. */
  readonly backoffMinMs: number;
  /** The longest delay before something is tried again. */
  readonly backoffMaxMs: number;

  /** How long the registry has to answer a request. */
  readonly requestTimeoutMs: number;
  /** How long the registry has to send all pages of a listing. */
  readonly listTimeoutMs: number;
  /** How often PING is sent to the registry. */
  readonly registryPingIntervalMs: number;
  /** How long the registry has to answer a PING. */
  readonly registryPongTimeoutMs: number;
  /** How long the registry has to answer UNREGISTER. */
  readonly unregisterTimeoutMs: number;
  /** How long a letter's request is delayed at most, if the registry asks for a delay. */
  readonly maxRetryAfterMs: number;
  /** How long a request is delayed after a refusal with 429 that names no delay. */
  readonly defaultRetryAfterMs: number;
  /** How often a registration in plain is renewed. */
  readonly plainRenewalIntervalMs: number;

  /** How long a message has to arrive after one that is behind it. */
  readonly gapNoticeDelayMs: number;
  /** How long receipts for letters have to be left while the peer closes. */
  readonly lastReceiptsTimeoutMs: number;

  /** How long the rest of what may be a method on a plain link has to arrive. */
  readonly partialMethodTimeoutMs: number;
  /** How long the rest of a first CHAT has to arrive that a person may type. */
  readonly plainTypingTimeoutMs: number;
  /** How long after one raw text in plain the next one is sent. */
  readonly plainPaceMs: number;
  /** How long a peer in plain has to take what is sent. */
  readonly plainStallTimeoutMs: number;
}

/** The default timings of a peer. */
export const PEER_TIMINGS: PeerTimings = {
  // The user is told within 5 s.
  dialTimeoutMs: 4500,
  helloTimeoutMs: 3000,
  handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
  introductionTimeoutMs: 4500,
  plainIntroductionTimeoutMs: 500,
  rejectLingerMs: 1000,

  linkPingAfterMs: LINK_PING_AFTER_S * 1000,
  linkSilenceTimeoutMs: LINK_SILENCE_S * 1000,
  linkStableAfterMs: 10_000,
  quitTimeoutMs: 1000,
  changeOverMs: 10_000,
  reconnectTimeoutMs: 10 * 60 * 1000,
  backoffMinMs: 500,
  backoffMaxMs: 30_000,

  requestTimeoutMs: 4500,
  listTimeoutMs: 60_000,
  registryPingIntervalMs: REGISTRY_PING_INTERVAL_S * 1000,
  registryPongTimeoutMs: REGISTRY_PONG_TIMEOUT_S * 1000,
  unregisterTimeoutMs: 1000,
  maxRetryAfterMs: 2000,
  defaultRetryAfterMs: 10_000,
  // Three times while a registration lasts.
  plainRenewalIntervalMs: PLAIN_LEASE_S * 1000 / 3,

  // A sender that is online, and learns that it has waited in vain, dials.
  gapNoticeDelayMs: 60_000,
  lastReceiptsTimeoutMs: 500,

  // Some programs send a method in pieces, up to 1 s apart.
  partialMethodTimeoutMs: 1500,
  plainTypingTimeoutMs: 30_000,
  plainPaceMs: 100,
  plainStallTimeoutMs: 10_000,
};
