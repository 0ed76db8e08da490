import { type LimitReached, OriginCounter } from "../../limits/mod.ts";
import { originOf } from "../../net/mod.ts";

/** Most connections at once, unless `--max-connections` says otherwise. */
export const MAX_CONNECTIONS = 10_000;

/**
 * Most connections at once from one address, or from one IPv6 network of 64
 * bits, unless it is loopback.
 */
export const MAX_CONNECTIONS_PER_ADDRESS = 256;

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
    });
  }

  /**
   * Counts a new connection, unless that exceeds a limit.
   *
   * @returns Which limit, as a phrase; undefined if the connection may stay.
   */
  enter(host: string): string | undefined {
    const origin = originOf(host);
    switch (this.#open.check(origin)) {
      case "max":
        return `the registry is full, with ${this.#max} ` +
          `${this.#max === 1 ? "connection" : "connections"}: try again later`;
      case "maxPerOrigin":
        return `your address has ${MAX_CONNECTIONS_PER_ADDRESS} connections already`;
      case undefined:
        this.#open.enter(origin);
        return undefined;
    }
  }

  /** Which limit a new connection would exceed, if any. */
  reached(host: string): LimitReached | undefined {
    return this.#open.check(originOf(host));
  }

  /** Counts that a connection is closed. */
  leave(host: string): void {
    this.#open.leave(originOf(host));
  }
}
