import { MAX_ROTATIONS } from "../../protocol/mod.ts";
import {
  Identity,
  IdentityError,
  InvalidKeyError,
  sealRotation,
} from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import { PeerError } from "../errors.ts";
import {
  currentIdentity,
  type OwedStatement,
  type OwnKeyStore,
  type Store,
  type StoredKeyPair,
} from "../store/mod.ts";

/** How long the private key of an old identity is kept at most, in ms. */
const RETIRED_KEY_TTL_MS = 30 * 24 * 60 * 60 * 1000;

/** What {@linkcode OwnKeys} work with. */
export interface OwnKeysOptions {
  /** The client ID of this peer. */
  readonly clientID: string;
  /** The identity that this peer was started with. */
  readonly identity: Identity;
  /** Where the old keys are kept, and the pins of those who are told. */
  readonly store: Pick<
    Store,
    "ownKeys" | "pins" | "requests" | "blocked"
  >;
  /** Saves a new identity where the next start finds it. Default: it is not. */
  readonly saveIdentity?:
    | ((identity: Identity) => Promise<void>)
    | undefined;
}

/** A key that is told of an old one. */
export interface StatementRecipient {
  /** The key, in base64. */
  readonly key: string;
  /** Whose: a client ID, or HOST:PORT for a registry. */
  readonly name: string;
}

/**
 * The keys of this peer: the one in force, and those that it has replaced, with
 * the statements about them (PROTOCOL.md, "Key rotation").
 */
export class OwnKeys {
  readonly #options: OwnKeysOptions;
  /** The keys, in base64, of those that have not taken a statement yet. */
  readonly #owed: Set<string>;
  #current: Identity;
  #publicKey: string;
  #retired: readonly Identity[];

  /**
   * The keys in a store.
   *
   * @throws {PeerError} If the identity was replaced, and the new one is not here.
   */
  constructor(options: OwnKeysOptions) {
    const { identity, store: { ownKeys } } = options;
    const current = currentIdentity(ownKeys, identity);
    if (current === undefined) {
      throw new PeerError(
        "this identity was replaced by another one, which is not here",
      );
    }
    this.#options = options;
    this.#current = current;
    this.#publicKey = current.publicKey.toBase64();
    this.#retired = readRetired(ownKeys);
    this.#owed = new Set(ownKeys.recipients());
  }

  /** The identity that is in force. */
  get current(): Identity {
    return this.#current;
  }

  /** The public key that is in force, in base64. */
  get publicKey(): string {
    return this.#publicKey;
  }

  /** The identities that were replaced, and to which something may be sealed. */
  get retired(): readonly Identity[] {
    return this.#retired;
  }

  /** Whether a key, in base64, has not taken a statement that it is owed. */
  owes(recipient: string): boolean {
    return this.#owed.has(recipient);
  }

  /**
   * The statements for the holder of a key, in base64, the oldest first. Of more
   * than a message has room for, the first ones give way to one that leads from
   * the key that the holder knows to the one in force.
   */
  statementsFor(recipient: string): Uint8Array[] {
    if (!this.owes(recipient)) return [];
    const statements = this.#options.store.ownKeys.statementsFor(recipient);
    if (statements.length <= MAX_ROTATIONS) return statements;
    // Each key that the holder has not taken has one statement.
    const known = this.#retired.at(-statements.length);
    if (known === undefined) return statements.slice(-MAX_ROTATIONS);
    return [
      ...this.#state(known, this.#current, { key: recipient, name: "" })
        .map(({ statement }) => statement),
      ...statements.slice(1 - MAX_ROTATIONS),
    ];
  }

  /**
   * Notes that the holder of a key, in base64, talks to this peer under a key of
   * its own.
   *
   * @param ownKey That key, in base64: a former one proves nothing.
   */
  taken(recipient: string, ownKey: string): void {
    if (ownKey !== this.#publicKey || !this.#owed.delete(recipient)) return;
    // What is not stored is stated once more after the next start.
    tryToStore(() => this.#options.store.ownKeys.settle(recipient));
    this.eraseUnneeded();
  }

  /**
   * The clients that are owed statements, and to which none were deposited after
   * a time.
   *
   * @param time In ms since the epoch.
   */
  dueLetters(time: number): StatementRecipient[] {
    if (this.#owed.size === 0) return [];
    return this.#options.store.ownKeys.due(time)
      .map(({ recipient, name }) => ({ key: recipient, name }));
  }

  /** Notes when the statements for a key, in base64, were deposited, in ms. */
  deposited(recipient: string, now: number): void {
    tryToStore(() => this.#options.store.ownKeys.markDeposited(recipient, now));
  }

  /** The old identities for which letters may wait at a registry, HOST:PORT. */
  oldMailboxesAt(registry: string): Identity[] {
    if (this.#retired.length === 0) return [];
    const keys = this.#options.store.ownKeys.mailboxesAt(registry);
    return this.#retired.filter(({ publicKey }) =>
      keys.includes(publicKey.toBase64())
    );
  }

  /** Notes that nothing waits, or can come, for an old identity at a registry. */
  mailboxEmptied(registry: string, { publicKey }: Identity): void {
    const { ownKeys } = this.#options.store;
    tryToStore(() => ownKeys.removeMailbox(registry, publicKey.toBase64()));
    this.eraseUnneeded();
  }

  /**
   * Notes that the owner of a key has sealed something to an old key of this peer,
   * and is to learn of the new one.
   */
  owe(recipient: StatementRecipient): void {
    if (this.owes(recipient.key)) return;
    const chain = [...this.#retired, this.#current];
    const statements = this.#retired.flatMap((old, n) =>
      this.#state(old, chain[n + 1] ?? this.#current, recipient)
    );
    this.#options.store.ownKeys.owe(statements);
    if (statements.length > 0) this.#owed.add(recipient.key);
  }

  /** Notes that a recipient has another key now, both in base64. */
  renamed(from: string, to: string): void {
    if (!this.#owed.delete(from)) return;
    this.#options.store.ownKeys.rename(from, to);
    this.#owed.add(to);
  }

  /**
   * Replaces the key by a new one: all whose keys are pinned, and the strangers
   * who have asked, are owed a statement from then on.
   *
   * @returns Why the new key could not be written to the identity file, if it
   * could not: the store has it until the next start, which tries again.
   * @throws {StorageError} If that could not be stored: the old key stays.
   */
  async rotate(): Promise<string | undefined> {
    const { store, saveIdentity } = this.#options;
    const identity = this.#current;
    const successor = Identity.generate();
    const recipients = this.#recipients();
    const statements = recipients.flatMap((recipient) =>
      this.#state(identity, successor, recipient)
    );
    const registries = recipients.map(({ name }) => name)
      .filter((name) => name.includes(":"));
    const [old, next] = [keyPairOf(identity), keyPairOf(successor)];
    const replaced = { old, successor: next, now: Date.now() };
    store.ownKeys.replace(replaced, statements, registries);
    for (const { privateKey } of [old, next]) privateKey.fill(0);
    this.#current = successor;
    this.#publicKey = successor.publicKey.toBase64();
    this.#retired = readRetired(store.ownKeys);
    for (const { recipient } of statements) this.#owed.add(recipient);
    if (saveIdentity === undefined) return undefined;
    try {
      await saveIdentity(successor);
    } catch (error) {
      if (error instanceof IdentityError) return error.message;
      throw error;
    }
    // The next start repeats it.
    tryToStore(() => store.ownKeys.markSaved(this.#publicKey));
    return undefined;
  }

  /** Erases the private keys to which nothing can be sealed any more. */
  eraseUnneeded(): void {
    if (this.#retired.length === 0) return;
    const { ownKeys } = this.#options.store;
    tryToStore(() => {
      if (!ownKeys.erase(Date.now() - RETIRED_KEY_TTL_MS)) return;
      this.#retired = readRetired(ownKeys);
    });
  }

  /**
   * All who know the key that is in force. Those who were declined or blocked are
   * among them: they do not learn it from what others are told.
   */
  #recipients(): StatementRecipient[] {
    const { pins, requests, blocked } = this.#options.store;
    const byKey = new Map<string, StatementRecipient>();
    const all = [...pins.all(), ...requests.all(), ...blocked.list()];
    for (const { name, key } of all) {
      if (!byKey.has(key)) byKey.set(key, { name, key });
    }
    return Array.from(byKey.values());
  }

  #state(
    old: Identity,
    next: Identity,
    { key, name }: StatementRecipient,
  ): OwedStatement[] {
    const { clientID } = this.#options;
    const newKey = next.publicKey.toBase64();
    try {
      const recipientKey = Uint8Array.fromBase64(key);
      const rotation = { clientID, newKey };
      const statement = sealRotation(recipientKey, old, rotation);
      return [{ recipient: key, name, statement }];
    } catch (error) {
      // Nobody can open what is sealed to such a key.
      if (!(error instanceof InvalidKeyError)) throw error;
      return [];
    }
  }
}

/** Writes to the store, if it can be written: what failed is repeated later. */
function tryToStore(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
}

function keyPairOf(identity: Identity): StoredKeyPair {
  return {
    key: identity.publicKey.toBase64(),
    privateKey: identity.exportPrivateKey(),
  };
}

function readRetired(ownKeys: OwnKeyStore): Identity[] {
  return ownKeys.retired().map((privateKey) => {
    const identity = Identity.fromPrivateKey(privateKey);
    privateKey.fill(0);
    return identity;
  });
}
