import { CountingBucket, type Rate } from "../../limits/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import type { PeerEvent } from "../events.ts";
import type { Contact } from "./claim_answer.ts";
import { skeleton } from "./skeleton.ts";

/** How often the user is told of look-alikes that others make appear. */
const LOOK_ALIKE_RATE: Rate = { perSecond: 1 / 30, burst: 10 };

/** What {@linkcode FirstContacts} works with. */
export interface FirstContactsOptions {
  /** The client IDs that the user knows, this client's own too. */
  readonly known: Iterable<string>;
  /** Receives `lookAlike`. */
  readonly onEvent: (event: PeerEvent) => void;
}

/**
 * Warns at the first contact with a client whose name looks like that of one that
 * the user knows (SECURITY.md, "Any registered client").
 */
export class FirstContacts {
  readonly #onEvent: (event: PeerEvent) => void;
  /** The client IDs that the user knows. */
  readonly #known = new Set<string>();
  /** The first of them with each skeleton. */
  readonly #bySkeleton = new Map<string, string>();
  readonly #rate: CountingBucket;
  readonly #clock: () => number;

  /**
   * Knows the clients that are known already.
   *
   * @param clock The time, in ms.
   */
  constructor(
    { known, onEvent }: FirstContactsOptions,
    clock: () => number = () => performance.now(),
  ) {
    this.#onEvent = onEvent;
    this.#clock = clock;
    this.#rate = new CountingBucket(LOOK_ALIKE_RATE, clock());
    for (const clientID of known) this.#add(clientID);
  }

  /**
   * The client ID, of those that the user knows, that a name looks like.
   *
   * @param name A client ID, or the name of a conversation in plaintext, which is
   * `~bob` or an address.
   * @returns Undefined if there is none, or the user knows the name itself.
   */
  resembles(name: string): string | undefined {
    // An address is nobody's name.
    if (this.#known.has(name) || name.includes(":")) return undefined;
    return this.#bySkeleton.get(skeleton(claimedID(name)));
  }

  /**
   * Warns if a name looks like one that the user knows. A client that the user
   * has asked for is known from then on.
   *
   * @param name As for {@linkcode resembles}; a registry's address, too.
   * @param fingerprint The fingerprint of its key; undefined if there is none.
   */
  meet(name: string, by: Contact["by"], fingerprint?: string): void {
    const resembles = this.resembles(name);
    if (resembles !== undefined) {
      const found = { name, resembles, fingerprint };
      if (by === "user") this.#tell(found);
      else if (this.#rate.take(this.#clock())) {
        this.#tell(found, this.#rate.takeHeldBack());
      }
    }
    // What a peer in plaintext calls itself is no client ID that is known.
    if (by === "user" && isClientID(name)) this.#add(name);
  }

  #add(clientID: string): void {
    this.#known.add(clientID);
    const of = skeleton(clientID);
    if (!this.#bySkeleton.has(of)) this.#bySkeleton.set(of, clientID);
  }

  #tell({ fingerprint, ...names }: LookAlike, omitted = 0): void {
    this.#onEvent({
      type: "lookAlike",
      ...names,
      ...(fingerprint === undefined ? {} : { fingerprint }),
      ...(omitted === 0 ? {} : { omitted }),
    });
  }
}

/** The client ID in a name: `bob` in `bob`, `~bob` and `~bob~2`. */
function claimedID(name: string): string {
  const [, unproved] = name.split("~");
  return unproved ?? name;
}

/** A client whose name looks like another. */
interface LookAlike {
  readonly name: string;
  readonly resembles: string;
  readonly fingerprint: string | undefined;
}
