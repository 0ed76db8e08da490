import type { TextMessage } from "../../protocol/mod.ts";
import type { PeerEvent } from "../events.ts";
import type { Store } from "../store/mod.ts";
import type { KnownKeys } from "../trust/mod.ts";

/** Where what arrives is stored and shown, by link or by letter. */
export interface ReceiveContext {
  /** Where messages are stored. */
  readonly store: Store;
  /** Says how a conversation is protected. */
  readonly knownKeys: KnownKeys;
  /** Receives what arrives. */
  readonly onEvent: (event: PeerEvent) => void;
}

/**
 * Stores messages, and shows those that are new.
 *
 * @param senderKey The key of their sender, in base64.
 * @param name The sender's client ID.
 * @throws {StorageError} If they could not be stored: none of them is.
 */
export function receiveMessages(
  { store: { inbox }, knownKeys, onEvent }: ReceiveContext,
  senderKey: string,
  name: string,
  messages: readonly TextMessage[],
): void {
  const fresh = inbox.receive(senderKey, name, messages, Date.now());
  const from = { name, protection: knownKeys.protection(name) };
  for (const { id, text, time } of fresh) {
    onEvent({ type: "message", from, text, id, time });
  }
  inbox.markShown(fresh);
}

/**
 * Notes that a peer has stored messages, and shows those for which that is new.
 *
 * @param from The peer's client ID.
 * @param ids The IDs of the messages.
 * @throws {StorageError} If that could not be stored: they still wait.
 */
export function receiveReceipts(
  { store: { outbox }, onEvent }: ReceiveContext,
  from: string,
  ids: readonly string[],
): void {
  for (const { id, peer } of outbox.markDelivered(from, ids)) {
    onEvent({ type: "delivered", id, to: peer });
  }
}
