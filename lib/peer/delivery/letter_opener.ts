import { FramingError } from "../../framing/mod.ts";
import {
  type CollectReply,
  ProtocolError,
  type TextMessage,
} from "../../protocol/mod.ts";
import { type Identity, SealError } from "../../secure/mod.ts";
import { UnconfirmedError } from "../errors.ts";
import type {
  HeldRequests,
  OwnKeys,
  PresentedRotation,
  Rotations,
} from "../trust/mod.ts";
import { type UnsealedLetter, unsealLetter } from "./codec.ts";
import { receiveMessages, receiveReceipts } from "./receive.ts";
import { SenderCheck, type SenderCheckContext } from "./sender_check.ts";

/** What a page of letters contained. */
export interface OpenedLetters {
  /** The IDs of the messages, by sender. */
  readonly received: ReadonlyMap<string, string[]>;
  /** The numbers of the letters that can be removed. */
  readonly done: readonly number[];
  /** Why letters have to stay in the mailbox, if some have to. */
  readonly unconfirmed: UnconfirmedError | undefined;
}

/** The letters of one sender. */
interface SenderLetters {
  /** The sender's key, in base64. */
  readonly senderKey: string;
  /** Whether they are held until the user decides. */
  readonly isHeld: boolean;
  /** The messages in them, and the numbers of the letters. */
  readonly messages: (TextMessage & { readonly letter: number })[];
}

/** What a {@linkcode LetterOpener} works with. */
export interface LetterOpenerContext extends SenderCheckContext {
  /** The keys of this peer. */
  readonly ownKeys: OwnKeys;
  /** Takes the new keys of other clients. */
  readonly rotations: Rotations;
  /** Is called when a client has replaced its key. */
  readonly onKeyRotated: (clientID: string) => void;
  /** Where the letters of strangers are held. */
  readonly heldRequests: HeldRequests;
  /** Is called when a peer has collected its letters: it is online. */
  readonly onPeerOnline: (clientID: string) => void;
}

/**
 * Opens letters, and stores what is in them, as far as their senders may write
 * (PROTOCOL.md, "Mailbox").
 */
export class LetterOpener {
  readonly #context: LetterOpenerContext;
  /** The identity that opens the letters, if it is not in force any more. */
  readonly #retired: Identity | undefined;
  /** The keys whose letters stay in the mailbox because of a quota. */
  readonly #overQuota = new Set<string>();

  /**
   * Opens nothing before it is told to.
   *
   * @param identity The identity that opens the letters. Default: the one that is
   * in force.
   */
  constructor(context: LetterOpenerContext, identity?: Identity) {
    this.#context = context;
    this.#retired = identity;
  }

  /** Whether letters stay in the mailbox because of a quota. */
  get isOverQuota(): boolean {
    return this.#overQuota.size > 0;
  }

  /** Begins anew at the first letter of the mailbox. */
  startOver(): void {
    this.#overQuota.clear();
  }

  /**
   * Opens letters and stores what is in them, the messages of each sender in the
   * order of their IDs: one that was deposited again after a week is behind later
   * ones.
   */
  async open(letters: CollectReply): Promise<OpenedLetters> {
    const bySender = new Map<string, SenderLetters>();
    let senders = new SenderCheck(this.#context);
    const kept = new Set<number>();
    let unconfirmed: UnconfirmedError | undefined;
    for (const { number, sealed } of letters) {
      const unsealed = this.#unseal(sealed);
      if (unsealed === undefined) continue;
      const { letter, senderKey } = unsealed;
      const { from } = letter;
      if ("rotations" in letter) {
        const { rotations } = letter;
        if (this.#takeKey({ clientID: from, key: senderKey, rotations })) {
          // What was found out about the old key is no longer true.
          senders = new SenderCheck(this.#context);
        }
        continue;
      }
      const verdict = await senders.check(unsealed);
      if (verdict instanceof UnconfirmedError) {
        kept.add(number);
        unconfirmed ??= new UnconfirmedError(
          `letters stay in the mailbox: ${verdict.message}`,
        );
        continue;
      }
      if (verdict === "refused") continue;
      this.#noteSender(from, senderKey);
      if ("delivered" in letter) {
        // Nothing was sent to a client that is a stranger.
        if (verdict === "held") continue;
        receiveReceipts(this.#context, from, letter.delivered);
        this.#context.onPeerOnline(from);
      } else {
        const sender = bySender.get(from) ??
          { senderKey, isHeld: verdict === "held", messages: [] };
        sender.messages.push({ ...letter.message, letter: number });
        bySender.set(from, sender);
      }
    }
    const received = this.#storeAll(bySender, kept);
    const done = letters.map(({ number }) => number)
      .filter((number) => !kept.has(number));
    return { received, done, unconfirmed };
  }

  /**
   * Stores or holds the messages of each sender.
   *
   * @param kept Gets the numbers of the letters that stay in the mailbox.
   * @returns The IDs of those that are stored, by sender.
   */
  #storeAll(
    bySender: ReadonlyMap<string, SenderLetters>,
    kept: Set<number>,
  ): Map<string, string[]> {
    const received = new Map<string, string[]>();
    for (const [from, { senderKey, isHeld, messages }] of bySender) {
      messages.sort((one, other) => one.id < other.id ? -1 : 1);
      if (isHeld) {
        this.#hold(from, senderKey, messages);
        continue;
      }
      const stored = this.#receive(senderKey, from, messages);
      if (stored > 0) {
        received.set(from, messages.slice(0, stored).map(({ id }) => id));
      }
      for (const { letter } of messages.slice(stored)) kept.add(letter);
    }
    return received;
  }

  /**
   * Stores messages, as far as the quotas of their sender allow, and none after
   * one that they do not.
   *
   * @returns How many are stored, from the first on.
   */
  #receive(key: string, from: string, messages: readonly TextMessage[]) {
    if (this.#overQuota.has(key)) return 0;
    const stored = receiveMessages(this.#context, key, from, messages);
    if (stored < messages.length) this.#overQuota.add(key);
    return stored;
  }

  /**
   * Holds letters, as far as the limits allow. Without a receipt the sender keeps
   * the messages, and sends those that are not held again.
   */
  #hold(name: string, key: string, messages: readonly TextMessage[]): void {
    const { heldRequests } = this.#context;
    const isHeld = heldRequests.ask({ name, key });
    if (isHeld) heldRequests.hold(key, messages, true);
  }

  /** Notes which key of this peer the sender of a letter knows. */
  #noteSender(name: string, key: string): void {
    const { ownKeys } = this.#context;
    if (this.#retired === undefined) ownKeys.taken(key, ownKeys.publicKey);
    else ownKeys.owe({ name, key });
  }

  /** Takes the new key of a client; of one that is not taken nothing is told. */
  #takeKey(presented: PresentedRotation): boolean {
    const { rotations, onKeyRotated } = this.#context;
    const isTaken = rotations.take(presented, Date.now());
    if (isTaken) onKeyRotated(presented.clientID);
    return isTaken;
  }

  /** Opens a letter; undefined if it is not authentic, or none. */
  #unseal(bytes: Uint8Array): UnsealedLetter | undefined {
    const identity = this.#retired ?? this.#context.ownKeys.current;
    try {
      return unsealLetter(identity, bytes);
    } catch (error) {
      const isNoLetter = error instanceof SealError ||
        error instanceof ProtocolError || error instanceof FramingError;
      if (!isNoLetter) throw error;
      return undefined;
    }
  }
}
