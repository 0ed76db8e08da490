import type { PeerTimings } from "../../lib/peer/mod.ts";
import type { RegistryTimings } from "../../lib/registry/mod.ts";

/**
 * Short timings of a peer, for tests that wait for them: each is as short as it
 * can be on loopback without making a test depend on the load of the machine. A
 * test takes those that it needs.
 */
export const FAST_PEER = {
  helloTimeoutMs: 300,
  introductionTimeoutMs: 100,
  plainIntroductionTimeoutMs: 20,
  partialMethodTimeoutMs: 20,
  plainTypingTimeoutMs: 50,
  plainPaceMs: 10,
  quitTimeoutMs: 100,
  backoffMinMs: 20,
  backoffMaxMs: 80,
} as const satisfies Partial<PeerTimings>;

/** A peer that tries again soon, and often. */
export const FAST_BACKOFF = {
  backoffMinMs: FAST_PEER.backoffMinMs,
  backoffMaxMs: FAST_PEER.backoffMaxMs,
} as const satisfies Partial<PeerTimings>;

/** A peer in plaintext that does not wait long for the other program. */
export const FAST_PLAIN = {
  partialMethodTimeoutMs: FAST_PEER.partialMethodTimeoutMs,
  plainPaceMs: FAST_PEER.plainPaceMs,
  quitTimeoutMs: FAST_PEER.quitTimeoutMs,
} as const satisfies Partial<PeerTimings>;

/** A peer in plaintext that waits a minute for what has arrived in part. */
export const PATIENT_PLAIN = {
  partialMethodTimeoutMs: 60_000,
  plainTypingTimeoutMs: 60_000,
} as const satisfies Partial<PeerTimings>;

/** Short timings of a registry. */
export const FAST_REGISTRY = {
  tickIntervalMs: 5,
} as const satisfies Partial<RegistryTimings>;

/**
 * A peer that waits for the other end a minute each time: what ends within
 * {@linkcode SOON_MS} has waited for none of it, on a busy machine too.
 */
export const PATIENT_PEER = {
  dialTimeoutMs: 60_000,
  helloTimeoutMs: 60_000,
  handshakeTimeoutMs: 60_000,
  introductionTimeoutMs: 60_000,
  plainIntroductionTimeoutMs: 60_000,
  rejectLingerMs: 60_000,
  quitTimeoutMs: 60_000,
  requestTimeoutMs: 60_000,
  unregisterTimeoutMs: 60_000,
} as const satisfies Partial<PeerTimings>;

/** A registry that waits for its clients a minute each time. */
export const PATIENT_REGISTRY = {
  closeTimeoutMs: 60_000,
  handshakeTimeoutMs: 60_000,
  requestTimeoutS: 60,
} as const satisfies Partial<RegistryTimings>;

/** How long something may take that waits for nothing, in ms. */
export const SOON_MS = 10_000;
