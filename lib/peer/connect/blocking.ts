import { fingerprintOf, isFingerprint } from "../../secure/mod.ts";
import type { Conversations } from "../conversation/mod.ts";
import { ownClientID, PeerError } from "../errors.ts";
import { unprovedID } from "../plain/mod.ts";
import type { Store, Stranger } from "../store/mod.ts";
import type { HeldLinks } from "./held_links.ts";
import type { NamedStranger } from "./stranger_decisions.ts";

/** A blocked client, as the user knows one. */
export interface BlockedStranger extends NamedStranger {
  /** Since when it is blocked, in ms since the epoch. */
  readonly since: number;
}

/** What {@linkcode Blocking} works with. */
export interface BlockingContext {
  /** The client ID of this client. */
  readonly clientID: string;
  /** Where the blocked clients, the pins and the requests are. */
  readonly store: Store;
  /** The links of strangers. */
  readonly heldLinks: HeldLinks;
  /** The links of the others. */
  readonly conversations: Conversations;
}

/**
 * Blocks clients, by key: what a blocked client says is neither shown nor stored
 * nor acknowledged, and the client is not told (SECURITY.md, "Strangers").
 */
export class Blocking {
  readonly #context: BlockingContext;

  /** Blocks those that the store names. */
  constructor(context: BlockingContext) {
    this.#context = context;
  }

  /** The blocked clients, in the order in which they were blocked. */
  list(): BlockedStranger[] {
    return this.#context.store.blocked.list().map(({ since, ...stranger }) => ({
      ...named(stranger),
      since,
    }));
  }

  /**
   * Blocks a client whose key is pinned, or a stranger who wants to talk: its
   * links end, and what is held of it is removed.
   *
   * @param text The client ID, or the fingerprint of the key.
   * @returns The client.
   * @throws {PeerError} If no such key is known, or several are, or it is this
   * client.
   * @throws {StorageError} If that could not be stored.
   */
  block(text: string): NamedStranger {
    const { clientID, store, heldLinks, conversations } = this.#context;
    if (text === clientID) throw ownClientID(text);
    if (unprovedID(text) !== undefined) {
      throw new PeerError(
        `${text} is not encrypted, and has no key to block: decline its calls, ` +
          "or take none of strangers",
      );
    }
    const stranger = choose(
      text,
      this.#known(text),
      `no key of ${text} is known here`,
    );
    const { key } = stranger;
    store.blocked.add({ ...stranger, since: Date.now() });
    store.requests.remove(key);
    heldLinks.hangUp(key);
    conversations.hangUpKey(key);
    return named(stranger);
  }

  /**
   * Blocks a client no longer. What it has sent since is delivered, if it still
   * sends it.
   *
   * @param text The client ID, or the fingerprint of the key.
   * @returns The client.
   * @throws {PeerError} If no such key is blocked, or several are.
   * @throws {StorageError} If that could not be stored.
   */
  unblock(text: string): NamedStranger {
    const { store, heldLinks, conversations } = this.#context;
    const blocked = choose(
      text,
      matching(text, store.blocked.list()),
      `${text} is not blocked`,
    );
    store.blocked.remove(blocked.key);
    // On its next link the client begins with what is not acknowledged.
    heldLinks.take(blocked.key)?.closeAcknowledged();
    conversations.wake();
    return named(blocked);
  }

  /** The keys that are known under a name, or have a fingerprint. */
  #known(text: string): Stranger[] {
    const { pins, requests, blocked } = this.#context.store;
    const pinned = pins.clients().map((name) => ({
      name,
      key: pins.get(name)?.key ?? "",
    }));
    const known = [...requests.all(), ...pinned];
    const byKey = new Map(
      matching(text, known).map((stranger) => [stranger.key, stranger]),
    );
    const found = Array.from(byKey.values());
    if (found.length > 0 && found.every(({ key }) => blocked.has(key))) {
      throw new PeerError(`${text} is blocked already`);
    }
    return found;
  }
}

/** A text that has the form of a fingerprint is one, and nobody's client ID. */
function matching<T extends Stranger>(text: string, among: readonly T[]): T[] {
  const isPrint = isFingerprint(text);
  return among.filter(({ name, key }) =>
    isPrint ? fingerprintOf(key) === text : name === text
  );
}

/** @throws {PeerError} If there is not exactly one; `none` says so of none. */
function choose<T extends Stranger>(
  text: string,
  found: readonly T[],
  none: string,
): T {
  const [stranger, ...more] = found;
  if (stranger === undefined) throw new PeerError(none);
  if (more.length === 0) return stranger;
  const fingerprints = found.map(({ key }) => fingerprintOf(key));
  throw new PeerError(
    `several clients are called ${text}: give the fingerprint of one, ` +
      fingerprints.join(" or "),
  );
}

function named({ name, key }: Stranger): NamedStranger {
  return { name, fingerprint: fingerprintOf(key) };
}
