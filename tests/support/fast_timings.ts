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
  framingAnswerTimeoutMs: 100,
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
  framingAnswerTimeoutMs: FAST_PEER.framingAnswerTimeoutMs,
  quitTimeoutMs: FAST_PEER.quitTimeoutMs,
} as const satisfies Partial<PeerTimings>;

/** Short timings of a registry. */
export const FAST_REGISTRY = {
  tickIntervalMs: 5,
} as const satisfies Partial<RegistryTimings>;
