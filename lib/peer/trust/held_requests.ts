import { CountingBucket, type Rate } from "../../limits/mod.ts";
import type { Address } from "../../net/mod.ts";
import type { TextMessage } from "../../protocol/mod.ts";
import { fingerprintOf } from "../../secure/mod.ts";
import type { PeerEvent } from "../events.ts";
import type { Requests, Stranger } from "../store/mod.ts";
import type { FirstContacts } from "./first_contacts.ts";

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
  /** Knows which names look alike. */
  readonly contacts: FirstContacts;
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
      this.#options.onEvent(this.#event(stranger, {}));
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
    this.#tell(stranger, address);
    return true;
  }

  /**
   * Tells the user that a program calls in plaintext, whose call is held.
   *
   * @param name What it calls itself, or else its address.
   */
  tellPlain(name: string, address: Address): void {
    this.#tell({ name }, address);
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
  #tell(caller: Caller, address: Address | undefined): void {
    if (!this.#rate.take(this.#clock())) return;
    const omitted = this.#rate.takeHeldBack();
    this.#options.onEvent(this.#event(caller, { address, omitted }));
  }

  #event(
    { name, key }: Caller,
    { address, omitted = 0 }: {
      readonly address?: Address | undefined;
      readonly omitted?: number;
    },
  ): PeerEvent {
    const resembles = this.#options.contacts.resembles(name);
    return {
      type: "request",
      name,
      ...(key === undefined ? {} : { fingerprint: fingerprintOf(key) }),
      ...(resembles === undefined ? {} : { resembles }),
      ...(address === undefined ? {} : { address }),
      ...(omitted === 0 ? {} : { omitted }),
    };
  }
}

/** A stranger, or a program that calls in plaintext and has no key. */
interface Caller {
  readonly name: string;
  readonly key?: string;
}
