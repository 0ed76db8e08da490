import {
  LETTER_TTL_S,
  type LetterContent,
  MAX_RECEIPTS,
} from "../../protocol/mod.ts";
import { MailboxError } from "../errors.ts";
import type { RegistryClient } from "../registry_client/mod.ts";
import type { Outgoing } from "../store/mod.ts";
import type { Acceptance, KnownKeys, OwnKeys } from "../trust/mod.ts";
import { sealLetter } from "./codec.ts";

/** What a {@linkcode LetterSender} works with. */
export interface LetterSenderContext {
  /** The client ID of this peer. */
  readonly clientID: string;
  /** The keys of this peer, of which the one in force seals letters. */
  readonly ownKeys: OwnKeys;
  /** The registry that keeps the letters. */
  readonly registry: RegistryClient;
  /** Knows the keys of the recipients. */
  readonly knownKeys: KnownKeys;
  /** Knows who is blocked. */
  readonly acceptance: Acceptance;
}

/** How far the messages are that are being deposited. */
export interface DepositProgress {
  /** Is called before a message is sent: the registry may have it from then on. */
  readonly onDeposit: (message: Outgoing) => void;
  /** Is called when the registry has stored a message. */
  readonly onDeposited: (message: Outgoing) => void;
  /** Whether the next message is to be deposited, too. */
  readonly isNeeded: () => boolean;
}

/**
 * Deposits letters in the mailboxes of other clients, each sealed to the
 * recipient's key (PROTOCOL.md, "Mailbox").
 */
export class LetterSender {
  readonly #context: LetterSenderContext;

  /** Deposits nothing before it is told to. */
  constructor(context: LetterSenderContext) {
    this.#context = context;
  }

  /**
   * Deposits messages to a client in their order, without those that its mailbox
   * has already.
   *
   * @throws {BlockedError} If the client is blocked.
   * @throws {MailboxError} If the registry refuses one; those after it are not
   * sent.
   * @throws {PeerError} If the registry cannot be asked.
   */
  async deposit(
    clientID: string,
    messages: readonly Outgoing[],
    { onDeposit, onDeposited, isNeeded }: DepositProgress,
  ): Promise<void> {
    const now = Date.now();
    const missing = messages.filter(({ depositedAt }) =>
      depositedAt === undefined || now - depositedAt > LETTER_TTL_S * 1000
    );
    if (missing.length === 0) return;
    const key = await this.#keyOf(clientID);
    this.#context.acceptance.checkNotBlocked(clientID, key);
    const from = this.#context.clientID;
    for (const message of missing) {
      if (!isNeeded()) return;
      onDeposit(message);
      await this.#send(clientID, key, { from, message });
      onDeposited(message);
    }
  }

  /**
   * Deposits receipts for messages that a client has sent by letter, if its key
   * is known.
   *
   * @param ids The IDs of the messages.
   * @throws {PeerError} If the registry cannot be asked.
   */
  async depositReceipts(
    clientID: string,
    ids: readonly string[],
  ): Promise<void> {
    const { clientID: from, knownKeys } = this.#context;
    const key = knownKeys.keyOf(clientID);
    if (key === undefined) return;
    for (let at = 0; at < ids.length; at += MAX_RECEIPTS) {
      const delivered = ids.slice(at, at + MAX_RECEIPTS);
      try {
        await this.#send(clientID, key, { from, delivered });
      } catch (error) {
        // Without a receipt the sender sends them again, and gets one then.
        if (!(error instanceof MailboxError)) throw error;
      }
    }
  }

  /**
   * Deposits what the old keys of this peer have stated for those clients who
   * have not taken the new key yet (PROTOCOL.md, "Key rotation").
   *
   * @param isReached Whether a client learns of it without a letter.
   * @throws {PeerError} If the registry cannot be asked.
   */
  async depositStatements(
    isReached: (clientID: string) => boolean,
  ): Promise<void> {
    const { ownKeys } = this.#context;
    const time = Date.now() - LETTER_TTL_S * 1000;
    for (const { name, key } of ownKeys.dueLetters(time)) {
      if (!isReached(name)) await this.#depositStatements(name, key);
    }
  }

  async #depositStatements(clientID: string, key: string): Promise<void> {
    const { ownKeys, registry, clientID: from } = this.#context;
    // A recipient that has replaced its key, too, collects under the new one.
    const recipient = await registry.lookUp(clientID);
    if (recipient === undefined) return;
    const rotations = ownKeys.statementsFor(key);
    if (rotations.length === 0) return;
    const letter = { from, rotations };
    const sealed = sealLetter(recipient, ownKeys.current, letter);
    try {
      await registry.deposit(clientID, recipient, sealed);
      ownKeys.deposited(key, Date.now());
    } catch (error) {
      // It is deposited later; until then CHAT states the same.
      if (!(error instanceof MailboxError)) throw error;
    }
  }

  async #send(
    clientID: string,
    key: string,
    letter: LetterContent,
  ): Promise<void> {
    const { ownKeys, registry } = this.#context;
    const time = Date.now() - LETTER_TTL_S * 1000;
    const isDue = ownKeys.owes(key) &&
      ownKeys.dueLetters(time).some((due) => due.key === key);
    // The recipient discards what comes under a key that it does not know.
    if (isDue) await this.#depositStatements(clientID, key);
    const sealed = sealLetter(key, ownKeys.current, letter);
    await registry.deposit(clientID, key, sealed);
  }

  /** The key that letters to a client are sealed to. */
  async #keyOf(clientID: string): Promise<string> {
    const { knownKeys, registry } = this.#context;
    const pinned = knownKeys.keyOf(clientID);
    if (pinned !== undefined) return pinned;
    const key = await registry.lookUp(clientID);
    if (key === undefined) {
      throw new MailboxError(`the registry does not know ${clientID}`);
    }
    knownKeys.pinOrCheck(clientID, key);
    return key;
  }
}
