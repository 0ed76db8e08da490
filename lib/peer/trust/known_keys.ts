import {
  fingerprintOf,
  type Identity,
  safetyNumber,
} from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import { KeyChangedError, PeerError } from "../errors.ts";
import type { Protection } from "../events.ts";
import type { Pins } from "../store/mod.ts";

/** Most keys that are remembered of those that came in the place of one. */
const MOST_CHANGED = 8;

/**
 * The keys of those this peer has met: each is pinned at first contact, and a
 * changed one is not accepted before it is trusted (SECURITY.md, "Pins").
 */
export class KnownKeys {
  readonly #pins: Pins;
  /**
   * Keys that came in the place of pinned ones, by whose they should be: the
   * first ones, which those who come after cannot push out.
   */
  readonly #changed = new Map<string, Set<string>>();

  readonly #lookUp: (clientID: string) => Promise<string | undefined>;

  /**
   * Knows whom the pins know.
   *
   * @param lookUp The key that the registry knows a client ID by, if it can
   * say.
   */
  constructor(
    pins: Pins,
    lookUp: (clientID: string) => Promise<string | undefined>,
  ) {
    this.#pins = pins;
    this.#lookUp = lookUp;
  }

  /** The key that somebody is known by, in base64. */
  keyOf(who: string): string | undefined {
    return this.#pins.get(who)?.key;
  }

  /**
   * Checks that a key is the one that somebody is known by, and pins it at
   * first contact.
   *
   * @param who A client ID, or HOST:PORT for a registry.
   * @param key The key, in base64.
   * @throws {KeyChangedError} If it is another.
   * @throws {PeerError} If it could not be stored.
   */
  pinOrCheck(who: string, key: string): void {
    this.check(who, key);
    if (this.keyOf(who) === undefined) {
      stored(() => this.#pins.pin(who, key));
    }
  }

  /**
   * Checks that a client ID belongs to a key: by the pin, at first contact by
   * what the registry says, and where it says nothing by that contact alone.
   *
   * @throws {KeyChangedError} If the client is known by another key.
   * @throws {PeerError} If the registry knows it by another key, or it could
   * not be stored.
   */
  async verifyClaim(clientID: string, key: string): Promise<void> {
    if (this.keyOf(clientID) === undefined) {
      const named = await this.#lookUp(clientID);
      if (named !== undefined && named !== key) {
        throw new PeerError(
          `somebody says to be ${clientID}, and is not whom the registry ` +
            "knows by that name",
        );
      }
    }
    this.pinOrCheck(clientID, key);
  }

  /**
   * Checks the same, and pins nothing.
   *
   * @throws {KeyChangedError} If the key is another.
   */
  check(who: string, key: string): void {
    const known = this.keyOf(who);
    if (known === undefined || known === key) return;
    this.#remember(who, key);
    throw new KeyChangedError(who, fingerprintOf(key));
  }

  /**
   * Accepts the new key of somebody whose key has changed.
   *
   * @param wanted The fingerprint of the new key. It has to be given where
   * several have come: whoever came last must not slip in for another.
   * @returns The new key's fingerprint.
   * @throws {PeerError} If it has not changed, or not to that one, or if the
   * new one could not be stored.
   */
  trust(who: string, wanted?: string): string {
    const changed = Array.from(this.#changed.get(who) ?? []);
    const [key, ...more] = wanted === undefined
      ? changed
      : changed.filter((key) => fingerprintOf(key) === wanted);
    if (changed.length === 0) {
      throw new PeerError(`the key of ${who} has not changed`);
    }
    if (key === undefined) {
      throw new PeerError(`${who} has shown no key with that fingerprint`);
    }
    if (more.length > 0) {
      throw new PeerError(
        `${who} has shown several keys: give the fingerprint of the right ` +
          `one as well, ${changed.map(fingerprintOf).join(" or ")}`,
      );
    }
    stored(() => this.#pins.pin(who, key));
    this.#changed.delete(who);
    return fingerprintOf(key);
  }

  /**
   * Marks somebody as verified.
   *
   * @returns What the two compare: 60 digits.
   * @throws {PeerError} If they have never met, or it could not be stored.
   */
  verify(who: string, identity: Identity): string {
    const key = this.keyOf(who);
    if (key === undefined) {
      throw new PeerError(
        `${who} has no key here yet: talk with ${who} first, then verify`,
      );
    }
    stored(() => this.#pins.verify(who));
    return safetyNumber(identity.publicKey, Uint8Array.fromBase64(key));
  }

  /** How a conversation with somebody known by a key is protected. */
  protection(who: string): Protection {
    return this.#pins.get(who)?.verified ? "verified" : "pinned";
  }

  #remember(who: string, key: string): void {
    const keys = this.#changed.get(who) ?? new Set();
    if (keys.size < MOST_CHANGED) keys.add(key);
    this.#changed.set(who, keys);
  }
}

/** Stores something; a file that fails is told like anything else that does. */
function stored(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new PeerError(error.message);
  }
}
