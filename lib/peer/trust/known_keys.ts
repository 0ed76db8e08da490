import {
  fingerprintOf,
  type Identity,
  isFingerprint,
  safetyNumber,
} from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import {
  FormerKeyError,
  KeyChangedError,
  PeerError,
  UnconfirmedError,
} from "../errors.ts";
import type { Protection } from "../events.ts";
import type { Pins } from "../store/mod.ts";
import {
  checkAnswer,
  type ClaimAnswer,
  type Contact,
  type Presented,
} from "./claim_answer.ts";

/**
 * Most keys that are remembered of those that were shown instead of one pinned
 * key. Another one can be trusted, too: when it comes again.
 */
const MAX_CHANGED_KEYS = 8;

/** Is called when the key of a client or registry is pinned at first contact. */
export type OnFirst = (name: string, key: string, by: Contact["by"]) => void;

/**
 * The keys of the clients and registries that this peer has met: each is pinned
 * at first contact, and a changed one is not accepted before the user trusts it
 * (SECURITY.md, "Pins"). A client is named by its client ID, a registry by
 * HOST:PORT; keys are in base64.
 */
export class KnownKeys {
  readonly #pins: Pins;
  /**
   * Keys that were shown instead of pinned ones, by name. The first ones are
   * kept: later ones cannot push them out.
   */
  readonly #changedKeys = new Map<string, Set<string>>();

  readonly #askRegistry: (presented: Presented) => Promise<ClaimAnswer>;
  readonly #onReplaced: (name: string, key: string) => void;
  readonly #onFirst: OnFirst;
  readonly #formerKeysOf: (name: string) => readonly string[];

  /**
   * Knows the keys that are pinned.
   *
   * @param askRegistry Asks the registry which key owns a client ID.
   * @param onReplaced Is called when a key that the user trusts has taken the
   * place of the pinned one.
   * @param onFirst Is called when a key is pinned at first contact.
   * @param formerKeysOf The keys, in base64, that a client has replaced. Default:
   * none.
   */
  constructor(
    pins: Pins,
    askRegistry: (presented: Presented) => Promise<ClaimAnswer>,
    onReplaced: (name: string, key: string) => void = () => {},
    onFirst: OnFirst = () => {},
    formerKeysOf: (name: string) => readonly string[] = () => [],
  ) {
    this.#pins = pins;
    this.#askRegistry = askRegistry;
    this.#onReplaced = onReplaced;
    this.#onFirst = onFirst;
    this.#formerKeysOf = formerKeysOf;
  }

  /** The pinned key of a client or registry. */
  keyOf(name: string): string | undefined {
    return this.#pins.get(name)?.key;
  }

  /**
   * Checks that a key is the pinned one, and pins it at first contact.
   *
   * @param by How it came to that contact. Default: the user has asked for it.
   * @throws {KeyChangedError} If another key is pinned.
   * @throws {UnconfirmedError} If it could not be stored.
   */
  pinOrCheck(name: string, key: string, by: Contact["by"] = "user"): void {
    this.check(name, key);
    if (this.keyOf(name) !== undefined) return;
    this.#pinOrThrow(name, key);
    this.#onFirst(name, key, by);
  }

  /**
   * Verifies that a client ID belongs to the key that presents it, and pins it:
   * by the pin, and at first contact by what the registry says. Where no key has
   * claimed the ID, or no registry is in use, a call is enough, and a letter is
   * not.
   *
   * @param pin Whether the key is pinned then. Default: true.
   * @throws {KeyChangedError} If another key is pinned.
   * @throws {NotOwnerError} If the ID does not belong to the key.
   * @throws {UnconfirmedError} If that is not known now, or the key could not be
   * stored: nothing is pinned.
   */
  async verifyClaim(
    presented: Presented,
    { pin = true }: { readonly pin?: boolean } = {},
  ): Promise<void> {
    const { clientID, key } = presented;
    if (this.keyOf(clientID) === undefined) {
      checkAnswer(presented, await this.#askRegistry(presented));
    }
    if (pin) this.pinOrCheck(clientID, key, presented.contact.by);
    else this.check(clientID, key);
  }

  /**
   * Checks that a key is the pinned one. Another one is pinned only if the user
   * has said by its fingerprint that it takes the place of the pinned one.
   *
   * @param where HOST:PORT, if the key is of the peer that answers where the
   * client was dialled.
   * @throws {FormerKeyError} If the client has replaced it.
   * @throws {KeyChangedError} If another key is pinned.
   * @throws {UnconfirmedError} If it could not be stored.
   */
  check(name: string, key: string, where?: string): void {
    const pinned = this.keyOf(name);
    if (pinned === undefined || pinned === key) return;
    if (this.#formerKeysOf(name).includes(key)) {
      throw new FormerKeyError(name, fingerprintOf(key));
    }
    if (this.#pins.trusted(name) === fingerprintOf(key)) {
      return this.#pinOrThrow(name, key);
    }
    this.#rememberChanged(name, key);
    throw new KeyChangedError(name, fingerprintOf(key), where);
  }

  /**
   * Accepts the new key of a client or registry, which its user has told this
   * one. A key that has been shown is pinned at once; another one when it comes,
   * however many others come before: until then the known key stays.
   *
   * @param fingerprint The fingerprint of the new key.
   * @returns Whether the key is pinned now.
   * @throws {PeerError} If that is no fingerprint, or that of the pinned key or of
   * one that it replaced, if none is pinned, or if it could not be stored.
   */
  trust(name: string, fingerprint: string): boolean {
    if (!isFingerprint(fingerprint)) {
      throw new PeerError(`"${fingerprint}" is not a fingerprint`);
    }
    const pinned = this.keyOf(name);
    if (pinned === undefined) throw new PeerError(`no key of ${name} is known`);
    if (fingerprintOf(pinned) === fingerprint) {
      throw new PeerError(`that is the key of ${name} which is known already`);
    }
    if (this.#formerKeysOf(name).map(fingerprintOf).includes(fingerprint)) {
      throw new FormerKeyError(name, fingerprint);
    }
    const shown = Array.from(this.#changedKeys.get(name) ?? [])
      .find((key) => fingerprintOf(key) === fingerprint);
    if (shown === undefined) {
      write(() => this.#pins.trust(name, fingerprint));
      return false;
    }
    write(() => this.#pins.pin(name, shown));
    this.#replaced(name, shown);
    return true;
  }

  /**
   * The safety number of a client, which the two users compare: 60 digits.
   *
   * @throws {PeerError} If no key of it is pinned.
   */
  safetyNumber(clientID: string, identity: Identity): string {
    const key = this.#pinnedKeyOf(clientID);
    return safetyNumber(identity.publicKey, Uint8Array.fromBase64(key));
  }

  /**
   * Marks the key of a client as verified: the user has compared the safety
   * number.
   *
   * @returns The safety number.
   * @throws {PeerError} If no key of it is pinned, or it could not be stored.
   */
  verify(clientID: string, identity: Identity): string {
    const number = this.safetyNumber(clientID, identity);
    write(() => this.#pins.setVerified(clientID, true));
    return number;
  }

  /**
   * Marks the key of a client as verified no longer.
   *
   * @throws {PeerError} If it is not verified, or that could not be stored.
   */
  unverify(clientID: string): void {
    this.#pinnedKeyOf(clientID);
    if (this.protection(clientID) !== "verified") {
      throw new PeerError(`${clientID} is not verified`);
    }
    write(() => this.#pins.setVerified(clientID, false));
  }

  /** How a conversation with a client whose key is pinned is protected. */
  protection(clientID: string): Protection {
    return this.#pins.get(clientID)?.verified ? "verified" : "pinned";
  }

  #pinnedKeyOf(clientID: string): string {
    const key = this.keyOf(clientID);
    if (key !== undefined) return key;
    throw new PeerError(
      `no key of ${clientID} is known yet: connect to ${clientID} first, ` +
        "then verify",
    );
  }

  /** @throws {UnconfirmedError} If the key could not be stored. */
  #pinOrThrow(name: string, key: string): void {
    const isFirst = this.keyOf(name) === undefined;
    try {
      this.#pins.pin(name, key);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      throw new UnconfirmedError(error.message);
    }
    if (!isFirst) this.#replaced(name, key);
  }

  #replaced(name: string, key: string): void {
    this.#changedKeys.delete(name);
    this.#onReplaced(name, key);
  }

  #rememberChanged(name: string, key: string): void {
    const keys = this.#changedKeys.get(name) ?? new Set();
    if (keys.size < MAX_CHANGED_KEYS) keys.add(key);
    this.#changedKeys.set(name, keys);
  }
}

/** Writes to the store; an error of it becomes a `PeerError`. */
function write(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    throw new PeerError(error.message);
  }
}
