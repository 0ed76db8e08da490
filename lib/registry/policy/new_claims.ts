import { PLAIN_LEASE_S } from "../../protocol/mod.ts";

/**
 * The client IDs that keys have claimed a short time ago, in every spelling. A
 * client that has registered such an ID in plain, in another spelling, may not
 * renew that; after {@linkcode PLAIN_LEASE_S} no such registration is left, and
 * the ID is forgotten. Times are whole s, on a clock that only goes forward.
 */
export class NewClaims {
  /** Until when each is remembered; the one claimed longest ago first. */
  readonly #untilS = new Map<string, number>();

  /** Notes that a key has claimed an ID. */
  add(clientID: string, nowS: number): void {
    const id = clientID.toLowerCase();
    this.#untilS.delete(id);
    this.#untilS.set(id, nowS + PLAIN_LEASE_S);
  }

  /** Whether a key has claimed an ID lately. */
  has(clientID: string): boolean {
    return this.#untilS.size > 0 && this.#untilS.has(clientID.toLowerCase());
  }

  /** Forgets what was claimed long enough ago. */
  sweep(nowS: number): void {
    for (const [id, untilS] of this.#untilS) {
      if (untilS > nowS) return;
      this.#untilS.delete(id);
    }
  }
}
