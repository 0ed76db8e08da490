import { fingerprintOf, isFingerprint } from "../../secure/mod.ts";
import type { Conversations, PeerLink } from "../conversation/mod.ts";
import {
  type LetterSender,
  type ReceiveContext,
  receiveMessages,
} from "../delivery/mod.ts";
import { PeerError } from "../errors.ts";
import type { Party } from "../events.ts";
import type { Stranger } from "../store/mod.ts";
import type { Acceptance, FirstContacts, HeldRequests } from "../trust/mod.ts";
import type { AttachedLink } from "./attached_link.ts";
import type { HeldLink } from "./held_link.ts";
import { chooseStranger } from "./choose_stranger.ts";
import {
  isOfAnother,
  verifyStranger,
  verifyStrangers,
} from "./stranger_claims.ts";
import { HeldPlain, type PlainCall } from "./held_plain.ts";
import type { HeldLinks } from "./held_links.ts";
import type {
  NamedStranger,
  StrangerDecisions,
  WaitingStranger,
} from "./stranger_decisions.ts";

/** What {@linkcode Strangers} works with. */
export interface StrangersContext extends ReceiveContext {
  /** Decides whose calls are taken. */
  readonly acceptance: Acceptance;
  /** Knows which names look alike. */
  readonly contacts: FirstContacts;
  /** Where what strangers want is kept. */
  readonly heldRequests: HeldRequests;
  /** The links of strangers. */
  readonly heldLinks: HeldLinks;
  /** Where the links of accepted ones go. */
  readonly conversations: Conversations;
  /** Deposits the receipts of letters that were held. */
  readonly letterSender: LetterSender;
}

/**
 * The strangers who want to talk, and what the user decides about them
 * (SECURITY.md, "Strangers").
 */
export class Strangers implements StrangerDecisions {
  readonly #context: StrangersContext;
  readonly #heldPlain = new HeldPlain();
  /** The acceptances that wait for the registry, by client ID. */
  readonly #accepting = new Map<string, Promise<void>>();

  /** Holds nothing before a stranger calls. */
  constructor(context: StrangersContext) {
    this.#context = context;
  }

  /** See {@linkcode StrangerDecisions.list}. */
  list(): WaitingStranger[] {
    const { store, contacts } = this.#context;
    const waiting: WaitingStranger[] = [
      ...store.requests.list().map(named),
      ...this.#heldPlain.list().map(({ name }) => ({ name })),
    ];
    return waiting.map((stranger) => {
      const resembles = contacts.resembles(stranger.name);
      return resembles === undefined ? stranger : { ...stranger, resembles };
    });
  }

  /**
   * Tells the user who has waited since an earlier run. A request that an earlier
   * run accepted only in part is accepted.
   *
   * @throws {StorageError} If the requests cannot be read.
   */
  announce(): void {
    const { pins } = this.#context.store;
    for (const { name } of this.list()) {
      if (pins.isAccepted(name)) this.acceptPinned(name);
    }
    this.#context.heldRequests.announce();
  }

  /**
   * Takes the link of a peer that has introduced itself into use, holds it, or
   * ignores what comes on it. The peer cannot tell the last two apart.
   *
   * @throws {KeyChangedError} If another key has been pinned meanwhile.
   * @throws {StorageError} If the request cannot be stored.
   */
  admit(
    link: PeerLink,
    name: string,
    address: Party["address"],
  ): AttachedLink {
    const { acceptance, heldRequests, heldLinks, knownKeys, conversations } =
      this.#context;
    const { key } = link;
    const stranger = { name, key };
    // The user may have decided while the peer was being answered.
    const admission = acceptance.admissionOf(name, key, Date.now());
    if (admission === "accept") {
      knownKeys.pinOrCheck(name, key);
      return conversations.getOrCreate(name)
        .attach(link, { kind: "direct", address, direction: "in" });
    }
    const isHeld = admission === "hold" && heldRequests.ask(stranger, address);
    return heldLinks.add(link, {
      stranger,
      address,
      hold: (messages) =>
        isHeld ? heldRequests.hold(key, messages, false) : new Set(),
    });
  }

  /** Holds a call in plaintext, and tells the user of it. */
  holdPlain(call: PlainCall): void {
    const { name, address } = this.#heldPlain.add(call);
    this.#context.heldRequests.tellPlain(name, address);
  }

  /** See {@linkcode StrangerDecisions.accept}. */
  accept(text: string): void {
    if (this.#acceptPlain(text)) return;
    if (this.#isPinnedOnly(text)) this.#acceptPinnedOnly(text);
    else this.#accept(chooseStranger(this.#context.store.requests, text));
  }

  /**
   * Accepts a stranger of that name: the user calls or writes. One whose client ID
   * belongs to another key by now is sent away instead.
   *
   * @returns Undefined if there is no such stranger; else resolves when the
   * registry has been asked, if it has to be, and rejects with a
   * {@linkcode PeerError} if several strangers have that name, or the registry
   * cannot say now whose it is.
   */
  acceptIfWaiting(name: string): Promise<void> | undefined {
    if (this.#acceptPlain(name)) return undefined;
    const { requests } = this.#context.store;
    if (requests.named(name).length === 0) return this.#accepting.get(name);
    // What is sent meanwhile waits for the same answer, and stays in its order.
    const accepting = this.#accepting.get(name) ??
      this.#acceptOwner(name).finally(() => this.#accepting.delete(name));
    this.#accepting.set(name, accepting);
    return accepting;
  }

  async #acceptOwner(name: string): Promise<void> {
    const { requests } = this.#context.store;
    for (const stranger of requests.named(name)) {
      try {
        await verifyStranger(this.#context, stranger);
      } catch (error) {
        if (!isOfAnother(error)) throw error;
      }
    }
    // The user may have decided meanwhile.
    if (requests.named(name).length > 0) {
      this.#accept(chooseStranger(requests, name));
    }
  }

  /** See {@linkcode StrangerDecisions.verify}. */
  verify(text: string): Promise<void> {
    return verifyStrangers(this.#context, text);
  }

  /** Accepts the stranger of that name whose key is pinned, if there is one. */
  acceptPinned(name: string): void {
    const { store: { requests }, knownKeys } = this.#context;
    const pinned = requests.named(name)
      .find(({ key }) => key === knownKeys.keyOf(name));
    if (pinned !== undefined) this.#accept(pinned);
  }

  /** See {@linkcode StrangerDecisions.decline}. */
  decline(text: string): WaitingStranger {
    const call = this.#heldPlain.take(text);
    if (call !== undefined) {
      call.decline();
      return { name: call.name };
    }
    const { requests } = this.#context.store;
    const stranger = chooseStranger(requests, text);
    requests.decline(stranger, Date.now());
    this.#context.heldLinks.hangUp(stranger.key);
    return named(stranger);
  }

  /** Accepts a call in plaintext, if there is one of that name. */
  #acceptPlain(name: string): boolean {
    const call = this.#heldPlain.take(name);
    if (call === undefined) return false;
    this.#context.onEvent({ type: "accepted", name });
    call.accept();
    return true;
  }

  #accept(stranger: Stranger): void {
    const { name, key } = stranger;
    const { knownKeys, acceptance, heldLinks, store, onEvent } = this.#context;
    knownKeys.pinOrCheck(name, key);
    acceptance.accept(name);
    onEvent({ type: "accepted", ...named(stranger) });
    const held = store.requests.messages(key);
    const link = heldLinks.take(key);
    const isOpen = link !== undefined && link.isComplete &&
      link.stranger.name === name;
    if (isOpen) this.#attach(link);
    // The user has asked for them, and they are few.
    receiveMessages(this.#context, key, name, held, { isLimited: false });
    store.requests.remove(key);
    link?.acknowledgeHeld();
    // On the next link the peer begins with what is not acknowledged.
    if (!isOpen) link?.closeAcknowledged();
    if (link === undefined) {
      this.#depositReceipts(name, held.map(({ id }) => id));
    }
  }

  /** Whether a name is of a client that is pinned, and not accepted. */
  #isPinnedOnly(name: string): boolean {
    const { pins, requests } = this.#context.store;
    return pins.get(name) !== undefined && !name.includes(":") &&
      !isFingerprint(name) && !pins.isAccepted(name) &&
      requests.named(name).length === 0;
  }

  #acceptPinnedOnly(name: string): void {
    const { acceptance, knownKeys, onEvent } = this.#context;
    acceptance.accept(name);
    const fingerprint = fingerprintOf(knownKeys.keyOf(name) ?? "");
    onEvent({ type: "accepted", name, fingerprint });
  }

  #attach(link: HeldLink): void {
    const conversation = this.#context.conversations
      .getOrCreate(link.stranger.name);
    const path = {
      kind: "direct",
      address: link.address,
      direction: "in",
    } as const;
    link.release((peerLink, arrivals) =>
      conversation.attach(peerLink, path, arrivals)
    );
  }

  /** Without a receipt the peer sends its messages again, and gets one then. */
  #depositReceipts(name: string, ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.#context.letterSender.depositReceipts(name, ids).catch((error) => {
      if (!(error instanceof PeerError)) throw error;
    });
  }
}

function named({ name, key }: Stranger): NamedStranger {
  return { name, fingerprint: fingerprintOf(key) };
}
