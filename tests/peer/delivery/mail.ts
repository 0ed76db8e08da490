import { DiskFullError } from "../../../lib/storage/mod.ts";
import type { AcceptPolicy } from "../../../lib/peer/mod.ts";
import { sealLetter } from "../../../lib/peer/delivery/codec.ts";
import { nextULID } from "../../../lib/peer/store/ulid.ts";
import {
  type EmbeddedStore,
  openEmbeddedStore,
} from "../../../lib/registry/store/mod.ts";
import type { Identity } from "../../../lib/secure/mod.ts";
import { startNetwork } from "../../support/test_network.ts";
import { FAST_BACKOFF } from "../../support/timings.ts";

/** The key of an identity, in base64. */
export function keyOf(identity: Identity): string {
  return identity.publicKey.toBase64();
}

/** How long the registry has run, in s, when a test puts something into it. */
const RUN_TIME_S = 0;

/** A registry with alice's mailbox, in which letters can be put at once. */
export class Mail implements AsyncDisposable {
  readonly store: EmbeddedStore;
  readonly network;
  readonly #scope = new AsyncDisposableStack();
  #lastID = "";

  private constructor(
    store: EmbeddedStore,
    network: Awaited<ReturnType<typeof startNetwork>>,
  ) {
    this.store = store;
    this.network = network;
    this.#scope.adopt(store, (store) => store[Symbol.dispose]());
    this.#scope.use(network);
  }

  /**
   * Opens it; alice is not started yet.
   *
   * @param accept Whose letters she takes. Default: those of all.
   */
  static async open(accept: AcceptPolicy = "all"): Promise<Mail> {
    const store = openEmbeddedStore(":memory:");
    const network = await startNetwork({
      registry: { store },
      peers: { timings: FAST_BACKOFF, accept },
      started: false,
    });
    return new Mail(store, network);
  }

  /** The recipient. */
  get alice() {
    return this.network.alice;
  }

  /** How many letters wait for alice. */
  get count(): number {
    return this.store.mailbox.count(keyOf(this.alice.identity), RUN_TIME_S);
  }

  /** Has a key claim a client ID. */
  claim(clientID: string, identity: Identity): void {
    this.store.claims.claim(clientID, keyOf(identity), RUN_TIME_S);
  }

  /** Puts a letter into alice's mailbox. */
  put(from: string, sender: Identity, text: string): void {
    const id = this.#lastID = nextULID(this.#lastID, Date.now());
    const message = { id, time: Date.now(), text };
    const key = keyOf(this.alice.identity);
    const sealed = sealLetter(key, sender, { from, message });
    // Each is from a session of its own, so that no share of a sender is full.
    const deposited = { recipient: key, sender: id, sealed };
    this.store.mailbox.deposit(deposited, RUN_TIME_S);
  }

  /** Has the registry fail when it is asked who owns a client ID. */
  failFor(clientID: string): void {
    const { claims } = this.store;
    const find = claims.find.bind(claims);
    claims.find = (asked, runTimeS) => {
      if (asked === clientID) throw new DiskFullError("the disk is full");
      return find(asked, runTimeS);
    };
  }

  /** Has the registry answer again. */
  answer(): void {
    Reflect.deleteProperty(this.store.claims, "find");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#scope[Symbol.asyncDispose]();
  }
}
