import { fingerprint } from "../../secure/mod.ts";
import type { Conversations } from "../conversation/mod.ts";
import type { RegistryClient } from "../registry_client/mod.ts";
import type { OwnKeys } from "../trust/mod.ts";

/** What a {@linkcode KeyRotation} works with. */
export interface KeyRotationContext {
  /** The keys of this peer. */
  readonly ownKeys: OwnKeys;
  /** The conversations, which go over to the new key. */
  readonly conversations: Conversations;
  /** The registry, which does too. */
  readonly registry: RegistryClient;
  /** Tells by letter those who have not taken the new key yet. */
  readonly announceKey: () => Promise<void>;
}

/** The key that has taken the place of another. */
export interface NewKey {
  /** The fingerprint of the new key. */
  readonly fingerprint: string;
  /** Why the identity file does not have it yet, if it has not. */
  readonly unsaved: string | undefined;
}

/**
 * Replaces the key of this peer (PROTOCOL.md, "Key rotation"): the new key is on
 * the disk, with what the old one states about it, before anybody sees it. Then
 * the registry moves the claim, and each contact takes the new key when it is
 * reached.
 */
export class KeyRotation {
  readonly #context: KeyRotationContext;
  #changingOver: Promise<void> = Promise.resolve();
  #isChangingOver = false;

  /** Replaces nothing before it is told to. */
  constructor(context: KeyRotationContext) {
    this.#context = context;
  }

  /** Whether the registry and the links still go over to the last key. */
  get isChangingOver(): boolean {
    return this.#isChangingOver;
  }

  /**
   * Replaces the key by a new one.
   *
   * @throws {StorageError} If that could not be stored: the old key stays.
   */
  async rotate(): Promise<NewKey> {
    await this.#changingOver;
    const { ownKeys } = this.#context;
    const unsaved = await ownKeys.rotate();
    this.#changingOver = this.#changeOver();
    return { fingerprint: fingerprint(ownKeys.current.publicKey), unsaved };
  }

  /** Resolves when the registry and the links have gone over to the last key. */
  async idle(): Promise<void> {
    await this.#changingOver;
  }

  /**
   * The claim moves first: a peer is dialled where the registry says it is. Letters
   * to peers in conversation go last: with the new key they close their links.
   */
  async #changeOver(): Promise<void> {
    const { registry, conversations, announceKey } = this.#context;
    this.#isChangingOver = true;
    try {
      await registry.changeOver();
      await conversations.changeOver();
    } finally {
      this.#isChangingOver = false;
    }
    await announceKey();
  }
}
