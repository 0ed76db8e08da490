import {
  backoff,
  Coalescer,
  MONOTONIC_CLOCK,
  withTimeout,
} from "../../async/mod.ts";
import { FramingError } from "../../framing/mod.ts";
import {
  LETTER_TTL_S,
  type LetterContent,
  MAX_RECEIPTS,
  ProtocolError,
  type TextMessage,
} from "../../protocol/mod.ts";
import { type Identity, SealError } from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import { KeyChangedError, MailboxError, PeerError } from "../errors.ts";
import { keyChangedEvent } from "../events.ts";
import { RefusedError, type RegistryClient } from "../registry_client/mod.ts";
import type { Outgoing } from "../store/mod.ts";
import type { PeerTimings } from "../timings.ts";
import { sealLetter, type UnsealedLetter, unsealLetter } from "./codec.ts";
import {
  type ReceiveContext,
  receiveMessages,
  receiveReceipts,
} from "./receive.ts";

/** What a {@linkcode MailboxClient} works with. */
export interface MailboxContext extends ReceiveContext {
  /** The client ID of this peer. */
  readonly clientID: string;
  /** The identity that seals and opens letters. */
  readonly identity: Identity;
  /** The registry that keeps the letters. */
  readonly registry: RegistryClient;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
  /** Is called when a peer has collected its letters: it is online. */
  readonly onPeerOnline: (clientID: string) => void;
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
 * Deposits letters in the mailboxes of other clients, and collects those in this
 * client's own, each sealed to the recipient's key (PROTOCOL.md, "Mailbox").
 */
export class MailboxClient {
  readonly #context: MailboxContext;
  readonly #collecting = new Coalescer(() => this.#collectAll());
  readonly #closing = new AbortController();
  #delay = new AbortController();

  /** Deposits and collects nothing before it is told to. */
  constructor(context: MailboxContext) {
    this.#context = context;
  }

  /**
   * Deposits messages to a client in their order, without those that its mailbox
   * has already.
   *
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
    const from = this.#context.clientID;
    for (const message of missing) {
      if (!isNeeded()) return;
      onDeposit(message);
      await this.#send(clientID, key, { from, message });
      onDeposited(message);
    }
  }

  /** Collects what waits at the registry, now or after what is under way. */
  collect(): Promise<void> {
    this.#delay.abort();
    return this.#collecting.run();
  }

  /** Collects no more, and waits a little for receipts that are being sent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#delay.abort();
    await withTimeout(
      this.#collecting.idle(),
      this.#context.timings.lastReceiptsTimeoutMs,
    );
  }

  /** Collects until the mailbox is empty; what fails for now is tried again. */
  async #collectAll(): Promise<void> {
    let reported = "";
    const { backoffMinMs, backoffMaxMs } = this.#context.timings;
    const delays = backoff({ minMs: backoffMinMs, maxMs: backoffMaxMs });
    for (const delayMs of delays) {
      const reason = await this.#tryToCollect();
      if (reason === undefined) return;
      if (reason !== reported) {
        this.#context.onEvent({ type: "waiting", to: undefined, reason });
      }
      reported = reason;
      const { signal } = this.#delay = new AbortController();
      if (this.#closing.signal.aborted) return;
      await MONOTONIC_CLOCK.sleep(delayMs, signal);
    }
  }

  /** Collects; if that fails and may be tried again, returns the reason. */
  async #tryToCollect(): Promise<string | undefined> {
    const { registry } = this.#context;
    try {
      let { sealed, last } = await registry.collect();
      while (last !== undefined) {
        // The receipts go first: the letters are removed by the next COLLECT.
        await this.#acknowledge(await this.#open(sealed));
        ({ sealed, last } = await registry.collect(last));
      }
    } catch (error) {
      if (error instanceof StorageError || error instanceof RefusedError) {
        return error.message;
      }
      // If the registry is away that is reported elsewhere, and the letters are
      // collected when it is back.
      if (!(error instanceof PeerError)) throw error;
    }
    return undefined;
  }

  /**
   * Opens letters and stores what is in them, the messages of each sender in the
   * order of their IDs: one that was deposited again after a week is behind later
   * ones.
   *
   * @returns The IDs of the messages, by sender.
   */
  async #open(sealed: readonly Uint8Array[]): Promise<Map<string, string[]>> {
    const bySender = new Map<
      string,
      { senderKey: string; messages: TextMessage[] }
    >();
    for (const bytes of sealed) {
      const unsealed = await this.#unseal(bytes);
      if (unsealed === undefined) continue;
      const { letter, senderKey } = unsealed;
      const { from } = letter;
      if ("delivered" in letter) {
        receiveReceipts(this.#context, from, letter.delivered);
        this.#context.onPeerOnline(from);
      } else {
        const sender = bySender.get(from) ?? { senderKey, messages: [] };
        sender.messages.push(letter.message);
        bySender.set(from, sender);
      }
    }
    const received = new Map<string, string[]>();
    for (const [from, { senderKey, messages }] of bySender) {
      messages.sort((one, other) => one.id < other.id ? -1 : 1);
      receiveMessages(this.#context, senderKey, from, messages);
      received.set(from, messages.map(({ id }) => id));
    }
    return received;
  }

  /** A letter whose sender is the owner of the client ID in it, if it is one. */
  async #unseal(bytes: Uint8Array): Promise<UnsealedLetter | undefined> {
    const { identity, knownKeys, onEvent } = this.#context;
    try {
      const unsealed = unsealLetter(identity, bytes);
      await knownKeys.verifyClaim(unsealed.letter.from, unsealed.senderKey);
      return unsealed;
    } catch (error) {
      if (error instanceof KeyChangedError) {
        onEvent(keyChangedEvent(error));
      } else if (
        !(error instanceof SealError || error instanceof PeerError ||
          error instanceof ProtocolError || error instanceof FramingError)
      ) throw error;
      // A letter that is not authentic, or is not from its alleged sender, is
      // dropped.
      return undefined;
    }
  }

  /** Deposits receipts for the messages that were received, by sender. */
  async #acknowledge(received: Map<string, string[]>): Promise<void> {
    const { clientID, knownKeys } = this.#context;
    for (const [from, ids] of received) {
      const key = knownKeys.keyOf(from);
      if (key === undefined) continue;
      for (let at = 0; at < ids.length; at += MAX_RECEIPTS) {
        const delivered = ids.slice(at, at + MAX_RECEIPTS);
        try {
          await this.#send(from, key, { from: clientID, delivered });
        } catch (error) {
          // Without a receipt the sender sends them again, and gets one then.
          if (!(error instanceof MailboxError)) throw error;
        }
      }
    }
  }

  async #send(
    clientID: string,
    key: string,
    letter: LetterContent,
  ): Promise<void> {
    const { identity, registry } = this.#context;
    const sealed = sealLetter(key, identity, letter);
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
