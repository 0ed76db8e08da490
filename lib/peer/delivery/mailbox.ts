import { setTimeout as sleep } from "node:timers/promises";
import { FramingError } from "../../framing/mod.ts";
import {
  type Letter,
  LETTER_TTL_S,
  MAX_RECEIPTS,
  ProtocolError,
} from "../../protocol/mod.ts";
import { type Identity, SealError } from "../../secure/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import {
  type ReceiveContext,
  receiveMessages,
  receiveReceipts,
} from "./receive.ts";
import { backoff } from "../../async/mod.ts";
import { Coalescer } from "../../async/mod.ts";
import { KeyChangedError, MailboxError, PeerError } from "../errors.ts";
import type { Arrival } from "../store/mod.ts";
import { sealLetter, type UnsealedLetter, unsealLetter } from "./codec.ts";
import type { Outgoing } from "../store/mod.ts";
import type { PeerTimings } from "../timings.ts";
import type { RegistryClient } from "../registry_client/mod.ts";
import { RefusedError } from "../registry_client/mod.ts";
import { withTimeout } from "../../async/mod.ts";

/** What mail is left and collected with. */
export interface MailHost extends ReceiveContext {
  /** The client ID of this peer. */
  readonly clientID: string;
  /** The identity that opens and seals letters. */
  readonly identity: Identity;
  /** The registry that keeps the letters. */
  readonly registry: RegistryClient;
  /** How long to wait for what. */
  readonly timings: PeerTimings;
  /** Is called when somebody has just collected their mail: they are online. */
  readonly onReturn: (clientID: string) => void;
}

/** Who is told how far messages have come that are being left. */
export interface Leaving {
  /** The registry may have it from now on. */
  readonly onLeaving: (message: Outgoing) => void;
  /** The registry has it. */
  readonly onLeft: (message: Outgoing) => void;
  /** Whether the rest is to be left, too. */
  readonly isNeeded: () => boolean;
}

/**
 * Messages that go by the registry's mailbox, sealed to the key of whoever they
 * are for (PROTOCOL.md, "Mailbox").
 */
export class Mail {
  readonly #host: MailHost;
  readonly #collecting = new Coalescer(() => this.#collectAll());
  readonly #closing = new AbortController();
  #awake = new AbortController();

  /** Leaves and collects nothing by itself. */
  constructor(host: MailHost) {
    this.#host = host;
  }

  /**
   * Leaves messages for a client, those that are not there yet, in their order.
   *
   * @throws {MailboxError} If one cannot be left; those after it are not tried.
   * @throws {PeerError} If the registry cannot be asked.
   */
  async leave(
    clientID: string,
    messages: readonly Outgoing[],
    { onLeaving, onLeft, isNeeded }: Leaving,
  ): Promise<void> {
    const now = Date.now();
    const missing = messages.filter(({ leftAt }) =>
      leftAt === undefined || now - leftAt > LETTER_TTL_S * 1000
    );
    if (missing.length === 0) return;
    const key = await this.#keyOf(clientID);
    for (const message of missing) {
      if (!isNeeded()) return;
      onLeaving(message);
      await this.#deposit(clientID, key, {
        from: this.#host.clientID,
        message,
      });
      onLeft(message);
    }
  }

  /** Collects what waits at the registry, now or after what is under way. */
  collect(): Promise<void> {
    this.#awake.abort();
    return this.#collecting.run();
  }

  /** Collects no more, and waits a while until receipts under way have gone. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#awake.abort();
    await withTimeout(
      this.#collecting.idle(),
      this.#host.timings.lastReceiptsTimeoutMs,
    );
  }

  /** Collects until nothing is left; what cannot be done now is tried again. */
  async #collectAll(): Promise<void> {
    let said = "";
    const { backoffMinMs, backoffMaxMs } = this.#host.timings;
    const delays = backoff({ minMs: backoffMinMs, maxMs: backoffMaxMs });
    for (const wait of delays) {
      const reason = await this.#tryToCollect();
      if (reason === undefined) return;
      if (reason !== said) {
        this.#host.onEvent({ type: "waiting", to: undefined, reason });
      }
      said = reason;
      const { signal } = this.#awake = new AbortController();
      if (this.#closing.signal.aborted) return;
      await sleep(wait, undefined, { signal }).catch(() => {});
    }
  }

  /** Collects; why not, if that may be tried again. */
  async #tryToCollect(): Promise<string | undefined> {
    const { registry } = this.#host;
    try {
      let { sealed, last } = await registry.collect();
      while (last !== undefined) {
        // Were the letters dropped first, the receipts could get lost.
        await this.#acknowledge(await this.#open(sealed));
        ({ sealed, last } = await registry.collect(last));
      }
    } catch (error) {
      if (error instanceof StorageError || error instanceof RefusedError) {
        return error.message;
      }
      // A registry that is away is said so, and collected from when it is back.
      if (!(error instanceof PeerError)) throw error;
    }
    return undefined;
  }

  /**
   * Stores what has come, each sender's messages in the order of their IDs: one
   * that was left again after a week comes behind later ones.
   *
   * @returns The IDs of the messages, by who sent them.
   */
  async #open(sealed: readonly Uint8Array[]): Promise<Map<string, string[]>> {
    const bySender = new Map<string, { key: string; arrivals: Arrival[] }>();
    for (const bytes of sealed) {
      const unsealed = await this.#unseal(bytes);
      if (unsealed === undefined) continue;
      const { letter, senderKey: key } = unsealed;
      const { from } = letter;
      if ("delivered" in letter) {
        receiveReceipts(this.#host, from, letter.delivered);
        this.#host.onReturn(from);
      } else {
        const sender = bySender.get(from) ?? { key, arrivals: [] };
        sender.arrivals.push(letter.message);
        bySender.set(from, sender);
      }
    }
    const receipts = new Map<string, string[]>();
    for (const [from, { key, arrivals }] of bySender) {
      arrivals.sort((one, other) => one.id < other.id ? -1 : 1);
      receiveMessages(this.#host, key, from, arrivals);
      receipts.set(from, arrivals.map(({ id }) => id));
    }
    return receipts;
  }

  /** A letter and the key of its sender, who is who the letter says. */
  async #unseal(
    bytes: Uint8Array,
  ): Promise<UnsealedLetter | undefined> {
    const { identity, knownKeys, onEvent } = this.#host;
    try {
      const unsealed = unsealLetter(identity, bytes);
      await knownKeys.verifyClaim(unsealed.letter.from, unsealed.senderKey);
      return unsealed;
    } catch (error) {
      if (error instanceof KeyChangedError) {
        const { who: name, fingerprint, message: reason } = error;
        onEvent({ type: "keyChanged", name, fingerprint, reason });
      } else if (
        !(error instanceof SealError || error instanceof PeerError ||
          error instanceof ProtocolError || error instanceof FramingError)
      ) throw error;
      // What is not genuine, or not from whom it says, is nobody's message.
      return undefined;
    }
  }

  /** Leaves receipts for those whose messages came by mailbox. */
  async #acknowledge(receipts: Map<string, string[]>): Promise<void> {
    const { clientID, knownKeys } = this.#host;
    for (const [from, ids] of receipts) {
      const key = knownKeys.keyOf(from);
      if (key === undefined) continue;
      for (let at = 0; at < ids.length; at += MAX_RECEIPTS) {
        const delivered = ids.slice(at, at + MAX_RECEIPTS);
        try {
          await this.#deposit(from, key, { from: clientID, delivered });
        } catch (error) {
          // Without it the sender sends them again, and learns it then.
          if (!(error instanceof MailboxError)) throw error;
        }
      }
    }
  }

  async #deposit(
    clientID: string,
    key: string,
    letter: Letter,
  ): Promise<void> {
    const { identity, registry } = this.#host;
    const sealed = sealLetter(key, identity, letter);
    await registry.deposit(clientID, key, sealed);
  }

  /** The key that messages to a client are sealed to. */
  async #keyOf(clientID: string): Promise<string> {
    const { knownKeys, registry } = this.#host;
    const pinned = knownKeys.keyOf(clientID);
    if (pinned !== undefined) return pinned;
    const key = await registry.lookUp(clientID);
    if (key === undefined) {
      throw new MailboxError(`the registry knows no ${clientID}`);
    }
    knownKeys.pinOrCheck(clientID, key);
    return key;
  }
}
