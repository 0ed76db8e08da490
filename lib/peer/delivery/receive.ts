import type { KnownKeys } from "../trust/mod.ts";
import type { PeerEvent } from "../events.ts";
import type { Arrival } from "../store/mod.ts";
import type { Store } from "../store/mod.ts";

/** Where what arrives is stored and shown, whichever way it came. */
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
 * @param key The key of their sender, in base64.
 * @param name The sender's client ID.
 * @throws {StorageError} If they could not be stored: none of them is taken.
 */
export function receiveMessages(
  { store: { inbox }, knownKeys, onEvent }: ReceiveContext,
  key: string,
  name: string,
  messages: readonly Arrival[],
): void {
  const fresh = inbox.receive(key, name, messages, Date.now());
  const from = { name, protection: knownKeys.protection(name) };
  for (const { id, text, time } of fresh) {
    onEvent({ type: "message", from, text, id, time });
  }
  inbox.seen(fresh);
}

/**
 * Notes that somebody has messages, and tells of those of which it is news.
 *
 * @throws {StorageError} If that could not be stored: they still wait.
 */
export function receiveReceipts(
  { store: { outbox }, onEvent }: ReceiveContext,
  from: string,
  ids: readonly string[],
): void {
  for (const { id, peer } of outbox.delivered(from, ids)) {
    onEvent({ type: "delivered", id, to: peer });
  }
}
