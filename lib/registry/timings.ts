import { LEASE_GRACE_S, REGISTRY_SILENCE_S } from "../protocol/mod.ts";
import { HANDSHAKE_TIMEOUT_MS } from "../secure/mod.ts";

/** The timeouts and intervals of a registry. */
export interface RegistryTimings {
  /** How often deadlines and leases are checked, in ms. */
  readonly tickIntervalMs: number;
  /** How long replies under way may take when the registry closes, in ms. */
  readonly closeTimeoutMs: number;
  /** How long a trusted proxy may take to send the PROXY header, in ms. */
  readonly proxyHeaderTimeoutMs: number;
  /** How long a handshake may take, in ms. */
  readonly handshakeTimeoutMs: number;
  /**
   * How long a request in plain may take to arrive whole, and its client to
   * read the reply, in s.
   */
  readonly requestTimeoutS: number;
  /** How long a client in plain may be silent between two requests, in s. */
  readonly idleTimeoutS: number;
  /**
   * The same on loopback, in s: existing programs hold a connection open while
   * their user types.
   */
  readonly loopbackIdleTimeoutS: number;
  /**
   * How long a client in plain is silent before its connection gives way to a new
   * one, where there is no place, before those on which nothing has come yet, in
   * s.
   */
  readonly giveWayAfterS: number;
  /**
   * How long a client in the secure mode may be silent, or not read a reply,
   * in s.
   */
  readonly silenceTimeoutS: number;
  /** How long a client has to read a final ERROR and close, in s. */
  readonly finalErrorTimeoutS: number;
  /** How long a lease outlives its session, in s. */
  readonly leaseGraceS: number;
  /**
   * How long a client that has registered in plain, and its address, are not
   * checked again, in s.
   */
  readonly checkIntervalS: number;
  /** How long a client has to accept the connection of a check, in ms. */
  readonly checkTimeoutMs: number;
  /** How long one BRIDGE waits for checks, in all, in ms. */
  readonly checkWaitMs: number;
  /** How often claims and letters that have lapsed are removed, in s. */
  readonly sweepIntervalS: number;
}

/** The default timings of a registry. */
export const REGISTRY_TIMINGS: RegistryTimings = {
  tickIntervalMs: 1000,
  closeTimeoutMs: 1500,
  proxyHeaderTimeoutMs: 5000,
  handshakeTimeoutMs: HANDSHAKE_TIMEOUT_MS,
  requestTimeoutS: 10,
  idleTimeoutS: 60,
  loopbackIdleTimeoutS: 600,
  giveWayAfterS: 10,
  silenceTimeoutS: REGISTRY_SILENCE_S,
  finalErrorTimeoutS: 2,
  leaseGraceS: LEASE_GRACE_S,
  checkIntervalS: 60,
  checkTimeoutMs: 250,
  checkWaitMs: 300,
  sweepIntervalS: 60,
};
