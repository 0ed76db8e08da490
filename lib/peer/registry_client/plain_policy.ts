import { StorageError } from "../../storage/mod.ts";
import { NoSecureAnswerError, PlainOnlyError } from "../errors.ts";
import type { PlainRegistries } from "../store/mod.ts";
import type { KnownKeys } from "../trust/mod.ts";
import { KnownRegistryError } from "./errors.ts";

/** What a {@linkcode PlainPolicy} goes by. */
export interface PlainPolicyOptions {
  /** Whether a registry that speaks only the plain protocol is asked in it. */
  readonly plain: boolean;
  /** Whether the registry is known to be one: it is never sent a HELLO. */
  readonly registryPlain: boolean;
  /** Where registries that have turned out to be such are remembered. */
  readonly plainRegistries: PlainRegistries;
  /** The keys of registries: one that has shown a key is never asked in plain. */
  readonly knownKeys: Pick<KnownKeys, "keyOf">;
}

/** Whether a registry is asked in plain, and what is remembered about that. */
export class PlainPolicy {
  readonly #options: PlainPolicyOptions;
  readonly #where: string;

  /**
   * Decides for one registry.
   *
   * @param where The address of the registry, as text.
   */
  constructor(options: PlainPolicyOptions, where: string) {
    this.#options = options;
    this.#where = where;
  }

  /** Whether the registry is asked in plain at once. */
  get isPlain(): boolean {
    const { plain, registryPlain, plainRegistries } = this.#options;
    if (this.#hasPinnedKey()) return false;
    return registryPlain || (plain && plainRegistries.has(this.#where));
  }

  /**
   * Refuses to ask in plain a registry that has shown a key.
   *
   * @throws {KnownRegistryError} If plain was asked for, and its key is known.
   */
  checkNotKnown(): void {
    if (this.#options.registryPlain && this.#hasPinnedKey()) {
      throw new KnownRegistryError(this.#where);
    }
  }

  /** Whether an error allows to ask the registry in plain. */
  mayBePlain(error: unknown): error is PlainOnlyError | NoSecureAnswerError {
    return this.#options.plain &&
      (error instanceof PlainOnlyError || error instanceof NoSecureAnswerError);
  }

  /** Remembers that the registry speaks only the plain protocol. */
  remember(): void {
    tryToStore(() => this.#options.plainRegistries.add(this.#where));
  }

  /** Forgets that the registry speaks only the plain protocol. */
  forget(): void {
    tryToStore(() => this.#options.plainRegistries.remove(this.#where));
  }

  #hasPinnedKey(): boolean {
    return this.#options.knownKeys.keyOf(this.#where) !== undefined;
  }
}

/** Writes to the store, if it can be written: this run works without, too. */
function tryToStore(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
  }
}
