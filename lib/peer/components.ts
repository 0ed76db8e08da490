import { Coalescer } from "../async/mod.ts";
import { formatAddress } from "../net/mod.ts";
import { fingerprintOf, Identity } from "../secure/mod.ts";
import {
  acceptConnection,
  Acceptor,
  Blocking,
  type ConnectContext,
  type DialTarget,
  HeldLinks,
  KeyRotation,
  KnownAddresses,
  limitRefusalsAndKeyChanges,
  openConversation,
  Resolver,
  retryWithNewKey,
  Strangers,
} from "./connect/mod.ts";
import { Conversations } from "./conversation/mod.ts";
import {
  GapNotice,
  LetterCollector,
  LetterSender,
  OldMailboxes,
  showStored,
} from "./delivery/mod.ts";
import { PeerError } from "./errors.ts";
import type { Party } from "./events.ts";
import type { PeerOptions } from "./options.ts";
import {
  ClaimLookup,
  FallbackRegistryClient,
  type RegistryClient,
} from "./registry_client/mod.ts";
import { DialBackoff } from "./reach/mod.ts";
import type { Store } from "./store/mod.ts";
import { PEER_TIMINGS } from "./timings.ts";
import {
  Acceptance,
  DAILY_QUOTAS,
  FirstContacts,
  HeldRequests,
  KnownKeys,
  OwnKeys,
  PlainQuotas,
  Rotations,
  SenderQuotas,
} from "./trust/mod.ts";

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
  /** Opens a conversation with a client that is to be found. */
  readonly open: (find: () => Promise<DialTarget>) => Promise<Party>;
  /** Blocks clients. */
  readonly blocking: Blocking;
  /** The links of strangers. */
  readonly heldLinks: HeldLinks;
  /** Collects letters. */
  readonly letterCollector: LetterCollector;
  /** Collects letters for keys that it has replaced. */
  readonly oldMailboxes: OldMailboxes;
  /** Replaces its key. */
  readonly keyRotation: KeyRotation;
  /** Tells which messages are missing. */
  readonly gapNotice: GapNotice;
  /** Asks the registry. */
  readonly registry: RegistryClient;
  /** Aborts what is under way when the peer closes. */
  readonly closing: AbortController;
}

/** What the components of a peer share. */
type SharedContext =
  & Omit<
    ConnectContext,
    | "port"
    | "conversations"
    | "signal"
    | "addresses"
    | "registryAddress"
    | "strangers"
    | "dialBackoff"
  >
  & {
    readonly store: Store;
    readonly heldLinks: HeldLinks;
    readonly heldRequests: HeldRequests;
    readonly senderQuotas: SenderQuotas;
    readonly gapNotice: GapNotice;
    readonly plainQuotas: PlainQuotas;
  };

/** Makes the components of a peer and connects them; it accepts from then on. */
export function createComponents(
  listener: Deno.TcpListener,
  store: Store,
  options: PeerOptions,
): PeerComponents {
  const knownKeys = new KnownKeys(
    store.pins,
    (presented) => claimLookup.ask(presented),
    (name, key) => {
      const fingerprint = fingerprintOf(key);
      shared.onEvent({ type: "trusted", name, fingerprint });
      conversations.closeLinksWithOtherKeys(name, key);
      store.outbox.startOver(name);
      conversations.wake();
    },
    (name, key, by) => {
      shared.contacts.meet(name, by, fingerprintOf(key));
      if (by !== "user") shared.acceptance.letIn(Date.now());
    },
    (name) => store.formerKeys.of(name),
  );
  const shared: SharedContext = sharedContext(
    store,
    knownKeys,
    options,
    () => letterCollector.collectOverQuota(),
  );
  const registry: FallbackRegistryClient = new FallbackRegistryClient({
    ...shared,
    address: options.registry,
    registryPlain: options.registryPlain ?? false,
    plainRegistries: store.plainRegistries,
    onRegistered: () => {
      letterCollector.collect();
      conversations.wake();
      if (!registry.isPlain) oldMailboxes.empty();
      announceKey();
    },
    onMail: () => letterCollector.collect(),
  });
  const claimLookup = new ClaimLookup(registry);
  const addresses = new KnownAddresses(store.metAddresses);
  const resolver = new Resolver(registry, options.clientID, addresses);
  const letterSender = new LetterSender({ ...shared, registry });
  const announcing = new Coalescer(async () => {
    try {
      await letterSender.depositStatements((clientID) =>
        keyRotation.isChangingOver &&
        conversations.find(clientID)?.party !== undefined
      );
    } catch (error) {
      // The next registration, or letter, tries again.
      if (!(error instanceof PeerError)) throw error;
    }
  });
  const announceKey = () => announcing.run();
  const collecting = {
    ...shared,
    letterSender,
    onPeerOnline: (clientID: string) =>
      conversations.getOrCreate(clientID).wake(),
    onKeyRotated: (clientID: string) => {
      const key = knownKeys.keyOf(clientID);
      conversations.closeLinksWithOtherKeys(clientID, key);
      conversations.wake();
    },
  };
  const letterCollector: LetterCollector = new LetterCollector({
    ...collecting,
    registry,
  });
  const oldMailboxes: OldMailboxes = new OldMailboxes({
    ...collecting,
    where: formatAddress(options.registry),
    mailboxOf: (identity) => registry.mailboxOf(identity),
  });
  const conversations: Conversations = new Conversations({
    ...shared,
    letterSender,
    connect: async (clientID, last) => {
      shared.acceptance.checkNotBlocked(clientID);
      await open(() => resolver.targetForQueued(clientID, last));
    },
  });
  const open = (find: () => Promise<DialTarget>) =>
    retryWithNewKey(async () => openConversation(context, await find()), {
      knownKeys,
      collect: async () => {
        if (registry.isRegistered) await letterCollector.collect();
      },
      timeoutMs: shared.timings.requestTimeoutMs,
    });
  const strangers = new Strangers({ ...shared, conversations, letterSender });
  const closing = new AbortController();
  const { advertise: port = listener.addr.port } = options;
  const { signal } = closing;
  const keyRotation: KeyRotation = new KeyRotation({
    ...shared,
    conversations,
    registry,
    announceKey,
  });
  const context: ConnectContext = {
    ...shared,
    port,
    conversations,
    strangers,
    signal,
    addresses,
    registryAddress: () => registry.remote,
    dialBackoff: new DialBackoff({
      minMs: shared.timings.backoffMinMs,
      maxMs: shared.timings.backoffMaxMs,
    }),
    connect: options.connect,
  };
  const acceptor = new Acceptor(
    listener,
    (wire, introduce) => acceptConnection(context, wire, introduce),
  );
  // The caller of Peer.listen has the peer before its first event.
  queueMicrotask(() => {
    showStored(shared);
    shared.gapNotice.watch();
    strangers.announce();
  });
  return {
    context,
    store,
    acceptor,
    resolver,
    open,
    blocking: new Blocking({ ...shared, conversations }),
    heldLinks: shared.heldLinks,
    letterCollector,
    oldMailboxes,
    keyRotation,
    gapNotice: shared.gapNotice,
    registry,
    closing,
  };
}

function sharedContext(
  store: Store,
  knownKeys: KnownKeys,
  options: PeerOptions,
  onAccepted: () => void,
): SharedContext {
  const { clientID, identity = Identity.generate(), plain = false } = options;
  const { quotas = DAILY_QUOTAS } = options;
  const { pins, requests, blocked } = store;
  // One limit for all components: unknown peers reach some of them by letter,
  // and others by dialling.
  const onEvent = limitRefusalsAndKeyChanges(options.onEvent);
  const contacts = new FirstContacts({
    known: [clientID, ...pins.known(), ...store.outbox.recipients()],
    onEvent,
  });
  const { saveIdentity } = options;
  const ownKeys = new OwnKeys({ clientID, identity, store, saveIdentity });
  const acceptance = new Acceptance({
    policy: options.accept,
    pins,
    requests,
    blocked,
    dailyTotals: store.dailyTotals,
    contacts,
    onAccepted,
  });
  const timings = { ...PEER_TIMINGS, ...options.timings };
  const heldLinks = new HeldLinks(timings.quitTimeoutMs);
  const isPresent = (key: string) => heldLinks.has(key);
  return {
    clientID,
    ownKeys,
    rotations: new Rotations({ ownKeys, store, onEvent }),
    plain,
    knownKeys,
    acceptance,
    contacts,
    heldLinks,
    heldRequests: new HeldRequests({ requests, onEvent, isPresent, contacts }),
    plainQuotas: new PlainQuotas(quotas),
    senderQuotas: new SenderQuotas({
      quotas,
      pins,
      dailyTotals: store.dailyTotals,
      onEvent,
    }),
    gapNotice: new GapNotice({
      gaps: store.gaps,
      knownKeys,
      acceptance,
      onEvent,
      delayMs: timings.gapNoticeDelayMs,
    }),
    store,
    timings,
    onEvent,
  };
}
