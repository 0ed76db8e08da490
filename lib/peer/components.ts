import { Identity } from "../secure/mod.ts";
import { StorageError } from "../storage/mod.ts";
import {
  acceptConnection,
  Acceptor,
  type ConnectContext,
  limitRefusalsAndKeyChanges,
  openConversation,
  Resolver,
} from "./connect/mod.ts";
import { Conversations } from "./conversation/mod.ts";
import { MailboxClient, type ReceiveContext } from "./delivery/mod.ts";
import type { PeerOptions } from "./options.ts";
import {
  FallbackRegistryClient,
  type RegistryClient,
} from "./registry_client/mod.ts";
import type { Store } from "./store/mod.ts";
import { PEER_TIMINGS } from "./timings.ts";
import { KnownKeys } from "./trust/mod.ts";

/** The components that a peer consists of. */
export interface PeerComponents {
  /** Who it is, and what its connections are made with. */
  readonly context: ConnectContext;
  /** What it keeps. */
  readonly store: Store;
  /** Accepts inbound connections. */
  readonly acceptor: Acceptor;
  /** Finds other clients. */
  readonly resolver: Resolver;
  /** Deposits and collects letters. */
  readonly mailbox: MailboxClient;
  /** Asks the registry. */
  readonly registry: RegistryClient;
  /** Aborts what is under way when the peer closes. */
  readonly closing: AbortController;
}

/** Makes the components of a peer and connects them; it accepts from then on. */
export function createComponents(
  listener: Deno.TcpListener,
  store: Store,
  options: PeerOptions,
): PeerComponents {
  const { clientID, identity = Identity.generate(), plain = false } = options;
  const { advertise: port = listener.addr.port } = options;
  // In front of every part: strangers reach some by letter, others by dialling.
  const onEvent = limitRefusalsAndKeyChanges(options.onEvent);
  const closing = new AbortController();
  const knownKeys = new KnownKeys(
    store.pins,
    (clientID) => resolver.lookUp(clientID),
  );
  const timings = { ...PEER_TIMINGS, ...options.timings };
  const self = {
    clientID,
    identity,
    plain,
    knownKeys,
    store,
    timings,
    onEvent,
  };
  const registry: RegistryClient = new FallbackRegistryClient({
    ...self,
    address: options.registry,
    onRegistered: () => {
      mailbox.collect();
      conversations.wake();
    },
    onMail: () => mailbox.collect(),
  });
  const resolver: Resolver = new Resolver(registry, clientID);
  const mailbox: MailboxClient = new MailboxClient({
    ...self,
    registry,
    onPeerOnline: (clientID) => conversations.getOrCreate(clientID).wake(),
  });
  const conversations: Conversations = new Conversations({
    ...self,
    mailbox,
    connect: async (clientID, last) =>
      await openConversation(
        context,
        await resolver.targetForQueued(clientID, last),
      ),
  });
  const { signal } = closing;
  const context: ConnectContext = { ...self, port, conversations, signal };
  const acceptor = new Acceptor(
    listener,
    (wire) => acceptConnection(context, wire),
  );
  // Whoever makes the peer has it by then.
  queueMicrotask(() => showStored(self));
  return { context, store, acceptor, resolver, mailbox, registry, closing };
}

/** Shows the messages that an earlier run of the program received but did not show. */
function showStored(
  { store: { inbox }, knownKeys, onEvent }: ReceiveContext,
): void {
  try {
    const messages = inbox.notShown();
    for (const { peer: name, text, id, time } of messages) {
      const from = { name, protection: knownKeys.protection(name) };
      onEvent({ type: "message", from, text, id, time });
    }
    inbox.markShown(messages);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    onEvent({ type: "waiting", to: undefined, reason: error.message });
  }
}
