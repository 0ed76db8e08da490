import type { TextMessage } from "../../protocol/mod.ts";
import type { PeerEvent } from "../events.ts";
import type { Store } from "../store/mod.ts";
import type { KnownKeys, SenderQuotas } from "../trust/mod.ts";
import type { GapNotice } from "./gap_notice.ts";

/** Where what arrives is stored and shown, by link or by letter. */
export interface ReceiveContext {
  /** Where messages are stored. */
  readonly store: Store;
  /** Says how a conversation is protected. */
  readonly knownKeys: KnownKeys;
  /** Limits what is stored of each sender in a day. */
  readonly senderQuotas: SenderQuotas;
  /** Tells which messages are missing. */
  readonly gapNotice: GapNotice;
  /** Receives what arrives. */
  readonly onEvent: (event: PeerEvent) => void;
}

/**
 * Stores messages, as far as the quotas of their sender allow, and shows those
 * that are new.
 *
 * @param senderKey The key of their sender, in base64.
 * @param name The sender's client ID.
 * @param isLimited Whether quotas apply.
 * @returns How many of them, from the first on, are stored now: the others must
 * not be acknowledged.
 * @throws {StorageError} If they could not be stored: none of them is.
 */
export function receiveMessages(
  context: ReceiveContext,
  senderKey: string,
  name: string,
  messages: readonly TextMessage[],
  { isLimited = true } = {},
): number {
  const { store: { inbox }, knownKeys, gapNotice, senderQuotas, onEvent } =
    context;
  const now = Date.now();
  // The sender may have replaced its key while this was on its way.
  const key = knownKeys.keyOf(name) ?? senderKey;
  const budget = isLimited ? senderQuotas.budget(name, key, now) : undefined;
  const { fresh, stored, late } = inbox.receive(
    key,
    name,
    messages,
    now,
    budget,
  );
  const from = { name, protection: knownKeys.protection(name) };
  for (const { id, text, time } of fresh) {
    const isLate = late.has(id) ? { late: true } : {};
    onEvent({ type: "message", from, text, id, time, ...isLate });
  }
  inbox.markShown(fresh);
  gapNotice.watch();
  if (budget !== undefined) senderQuotas.report(name, budget);
  return stored;
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
