import type { Client, InfoReply } from "../../protocol/mod.ts";
import { PeerError, protocolViolation } from "../errors.ts";

/** Most clients of a listing: each takes about 500 bytes of memory. */
export const MAX_LISTED_CLIENTS = 20_000;

/** Most pages of a listing: a page may be empty. */
const MAX_INFO_PAGES = 1000;

/** Longest `After`, in characters. */
const MAX_AFTER_LENGTH = 256;

/** What {@linkcode Listing} allows. */
export interface ListingOptions {
  /** How long all pages may take, in ms. */
  readonly timeoutMs: number;
  /** When the first page is asked for, in ms. */
  readonly now: number;
}

/**
 * The pages of INFO (PROTOCOL.md, "INFO"), held to limits: a registry may send
 * pages without end. Times are ms on any clock that only goes forward.
 */
export class Listing {
  readonly #clients: Client[] = [];
  readonly #deadline: number;
  readonly #timeoutMs: number;
  /** Where pages have ended. */
  readonly #ends = new Set<string>();

  /** A listing without a page. */
  constructor({ timeoutMs, now }: ListingOptions) {
    this.#deadline = now + timeoutMs;
    this.#timeoutMs = timeoutMs;
  }

  /** The clients of all pages. */
  get clients(): Client[] {
    return this.#clients;
  }

  /**
   * Adds a page.
   *
   * @param now The time, in ms.
   * @returns Where the next page begins; undefined if this is the last one.
   * @throws {PeerError} If the registry sends too much, takes too long, or
   * repeats a page.
   */
  add({ clients, after }: InfoReply, now: number): string | undefined {
    if (this.#clients.length + clients.length > MAX_LISTED_CLIENTS) {
      throw new PeerError(
        `the registry lists more than ${MAX_LISTED_CLIENTS} clients`,
      );
    }
    for (const client of clients) this.#clients.push(client);
    if (after === undefined) return undefined;
    if (after.length > MAX_AFTER_LENGTH) {
      throw protocolViolation("the registry", "After is too long");
    }
    if (this.#ends.has(after)) {
      throw protocolViolation("the registry", "it repeats a page of clients");
    }
    this.#ends.add(after);
    if (this.#ends.size >= MAX_INFO_PAGES) {
      throw new PeerError(
        `the registry sent more than ${MAX_INFO_PAGES} pages of clients`,
      );
    }
    if (now > this.#deadline) {
      throw new PeerError(
        `the registry has not sent all clients in ${this.#timeoutMs / 1000} s`,
      );
    }
    return after;
  }
}
