import { CountingBucket, type Rate } from "../../limits/mod.ts";
import type { Address } from "../../net/mod.ts";
import type { TextMessage } from "../../protocol/mod.ts";
import { fingerprintOf } from "../../secure/mod.ts";
import type { PeerEvent } from "../events.ts";
import type { Requests, Stranger } from "../store/mod.ts";

/** How often the user is told of another stranger. */
const REQUEST_RATE: Rate = { perSecond: 1 / 30, burst: 10 };

/** What {@linkcode HeldRequests} works with. */
export interface HeldRequestsOptions {
  /** Where the requests and their messages are kept. */
  readonly requests: Requests;
  /** Receives `request`. */
  readonly onEvent: (event: PeerEvent) => void;
  /** Whether a stranger has a link at this moment. */
  readonly isPresent: (key: string) => boolean;
}

/**
 * Tells the user which strangers want to talk, each once, and holds their first
 * messages (SECURITY.md, "Strangers").
 */
export class HeldRequests {
  readonly #options: HeldRequestsOptions;
  readonly #rate: CountingBucket;
  readonly #clock: () => number;

  /**
   * The requests in a store.
   *
   * @param clock The time, in ms.
   */
  constructor(
    options: HeldRequestsOptions,
    clock: () => number = () => performance.now(),
  ) {
    this.#options = options;
    this.#clock = clock;
    this.#rate = new CountingBucket(REQUEST_RATE, clock());
  }

  /** Tells the user of the strangers who have waited since an earlier run. */
  announce(): void {
    for (const stranger of this.#options.requests.list()) {
      this.#options.onEvent(requestEvent(stranger));
    }
  }

  /**
   * Notes that a stranger calls or has written, and tells the user of a new one.
   *
   * @param address Where the stranger calls from; undefined for a letter.
   * @returns Whether messages of the stranger are held: not if there are too many
   * strangers, nor if the key asks under a second name.
   * @throws {StorageError} If the request could not be stored.
   */
  ask(stranger: Stranger, address?: Address): boolean {
    const { requests, isPresent } = this.#options;
    const waiting = requests.get(stranger.key);
    if (waiting !== undefined) return waiting.name === stranger.name;
    if (!requests.add(stranger, isPresent)) return false;
    this.#tell((omitted) => requestEvent(stranger, address, omitted));
    return true;
  }

  /**
   * Tells the user that a program calls in plaintext, whose call is held.
   *
   * @param name What it calls itself, or else its address.
   */
  tellPlain(name: string, address: Address): void {
    this.#tell((omitted) => plainRequestEvent(name, address, omitted));
  }

  /**
   * Holds messages of a stranger who waits, as far as the limits allow.
   *
   * @returns The IDs of those that are held, also from before.
   * @throws {StorageError} If they could not be stored: none of them is.
   */
  hold(
    key: string,
    messages: readonly TextMessage[],
    byLetter: boolean,
  ): Set<string> {
    const held = this.#options.requests.hold(
      key,
      messages.map((message) => ({ ...message, byLetter })),
    );
    return new Set(held.map(({ id }) => id));
  }

  /** Tells the user of a request, as often as the rate allows. */
  #tell(event: (omitted: number) => PeerEvent): void {
    if (!this.#rate.take(this.#clock())) return;
    this.#options.onEvent(event(this.#rate.takeHeldBack()));
  }
}

function requestEvent(
  { key, name }: Stranger,
  address?: Address,
  omitted = 0,
): PeerEvent {
  return {
    type: "request",
    name,
    fingerprint: fingerprintOf(key),
    ...(address === undefined ? {} : { address }),
    ...(omitted === 0 ? {} : { omitted }),
  };
}

function plainRequestEvent(
  name: string,
  address: Address,
  omitted: number,
): PeerEvent {
  return {
    type: "request",
    name,
    address,
    ...(omitted === 0 ? {} : { omitted }),
  };
}
