import {
  fingerprintOf,
  type Identity,
  safetyNumber,
} from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import {
  KeyChangedError,
  NotOwnerError,
  PeerError,
  UnconfirmedError,
} from "../errors.ts";
import type { Protection } from "../events.ts";
import type { Pins } from "../store/mod.ts";
import type { ClaimAnswer, Presented } from "./claim_answer.ts";

/** Most keys that are remembered of those that replaced one pinned key. */
const MAX_CHANGED_KEYS = 8;

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

  /**
   * Knows the keys that are pinned.
   *
   * @param askRegistry Asks the registry which key owns a client ID.
   */
  constructor(
    pins: Pins,
    askRegistry: (presented: Presented) => Promise<ClaimAnswer>,
  ) {
    this.#pins = pins;
    this.#askRegistry = askRegistry;
  }

  /** The pinned key of a client or registry. */
  keyOf(name: string): string | undefined {
    return this.#pins.get(name)?.key;
  }

  /**
   * Checks that a key is the pinned one, and pins it at first contact.
   *
   * @throws {KeyChangedError} If another key is pinned.
   * @throws {UnconfirmedError} If it could not be stored.
   */
  pinOrCheck(name: string, key: string): void {
    this.check(name, key);
    if (this.keyOf(name) !== undefined) return;
    try {
      this.#pins.pin(name, key);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      throw new UnconfirmedError(error.message);
    }
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
    if (pin) this.pinOrCheck(clientID, key);
    else this.check(clientID, key);
  }

  /**
   * Checks that a key is the pinned one, and pins nothing.
   *
   * @param where HOST:PORT, if the key is of the peer that answers where the
   * client was dialled.
   * @throws {KeyChangedError} If another key is pinned.
   */
  check(name: string, key: string, where?: string): void {
    const pinned = this.keyOf(name);
    if (pinned === undefined || pinned === key) return;
    this.#rememberChanged(name, key);
    throw new KeyChangedError(name, fingerprintOf(key), where);
  }

  /**
   * Accepts the new key of a client or registry whose key has changed.
   *
   * @param fingerprint The fingerprint of the new key. It is required where
   * several keys were shown, so that the last one is not taken for another.
   * @returns The new key's fingerprint.
   * @throws {PeerError} If the key has not changed, or not to that one, or if the
   * new one could not be stored.
   */
  trust(name: string, fingerprint?: string): string {
    const changed = Array.from(this.#changedKeys.get(name) ?? []);
    const [key, ...more] = fingerprint === undefined
      ? changed
      : changed.filter((key) => fingerprintOf(key) === fingerprint);
    if (changed.length === 0) {
      throw new PeerError(
        this.keyOf(name) === undefined
          ? `no key of ${name} is known`
          : `the key of ${name} has not changed`,
      );
    }
    if (key === undefined) {
      throw new PeerError(`${name} has shown no key with that fingerprint`);
    }
    if (more.length > 0) {
      throw new PeerError(
        `${name} has shown several keys: add the fingerprint of the right one, ` +
          changed.map(fingerprintOf).join(" or "),
      );
    }
    write(() => this.#pins.pin(name, key));
    this.#changedKeys.delete(name);
    return fingerprintOf(key);
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

  #rememberChanged(name: string, key: string): void {
    const keys = this.#changedKeys.get(name) ?? new Set();
    if (keys.size < MAX_CHANGED_KEYS) keys.add(key);
    this.#changedKeys.set(name, keys);
  }
}

/**
 * Checks what the registry says about a client ID against the key.
 *
 * @throws {NotOwnerError} If the ID does not belong to the key.
 * @throws {UnconfirmedError} If that is not known now.
 */
function checkAnswer(
  { clientID, key, contact: { by } }: Presented,
  answer: ClaimAnswer,
): void {
  switch (answer.status) {
    case "owned":
      if (answer.key === key) return;
      throw new NotOwnerError(
        `the peer claims to be ${clientID}, but the registry knows ` +
          `${clientID} by another key`,
      );
    case "unclaimed":
      if (by !== "letter") return;
      throw new NotOwnerError(
        `no key has claimed the client ID ${clientID}, and mail needs a ` +
          "claimed client ID",
      );
    case "unknown":
      throw new UnconfirmedError(
        `the registry could not confirm the client ID ${clientID}: ` +
          answer.reason,
      );
    case "noRegistry":
      if (by !== "letter") return;
      throw new UnconfirmedError("there is no registry to confirm the sender");
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
