import { OriginCounter } from "../../limits/mod.ts";
import type { Origin } from "../../net/mod.ts";

/** Most connections at once, unless `--max-connections` says otherwise. */
export const MAX_CONNECTIONS = 10_000;

/**
 * Most connections at once from one address, or from one IPv6 network of 64
 * bits, unless it is loopback; networks of 56 and 48 bits have twice and four
 * times as many.
 */
export const MAX_CONNECTIONS_PER_ADDRESS = 256;

/**
 * The share of the free places that one address may have, so that a registry
 * with few places, such as one with a low `ulimit -n`, has some for many
 * addresses: each that takes all it can leaves 16 of 17 places that were free.
 */
const ADDRESS_SHARE_OF_FREE = 1 / 16;

/** Limits how many connections are open, in all and for each address. */
export class ConnectionLimits {
  readonly #max: number;
  readonly #open: OriginCounter;

  /**
   * No connection is open at first.
   *
   * @param max How many may be open at once, from all addresses together.
   */
  constructor(max: number) {
    this.#max = max;
    this.#open = new OriginCounter({
      max,
      maxPerOrigin: MAX_CONNECTIONS_PER_ADDRESS,
      shareOfFree: ADDRESS_SHARE_OF_FREE,
    });
  }

  /**
   * Counts a new connection, unless that exceeds a limit.
   *
   * @returns Which limit, as a phrase; undefined if the connection may stay.
   */
  enter(origin: Origin): string | undefined {
    switch (this.#open.check(origin)) {
      case "max":
        return `the registry is full, with ${this.#max} ` +
          `${this.#max === 1 ? "connection" : "connections"}: try again later`;
      case "maxPerOrigin":
        return "your address, or its network, has too many connections: " +
          "close some, or try again later";
      case undefined:
        this.#open.enter(origin);
        return undefined;
    }
  }

  /**
   * The network of whose connections one has to be closed to make room for a new
   * one of an origin; undefined if any will do.
   */
  fullNetwork(origin: Origin): string | undefined {
    return this.#open.check(origin) === "max"
      ? undefined
      : this.#open.fullNetwork(origin);
  }

  /** Counts that a connection is closed. */
  leave(origin: Origin): void {
    this.#open.leave(origin);
  }
}
