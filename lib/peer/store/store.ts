import {
  DamagedError,
  type Database,
  type DatabaseOptions,
  moveAside,
  openDatabase,
} from "../../storage/mod.ts";
import { Blocked } from "./blocked.ts";
import { DailyTotals } from "./daily_totals.ts";
import { Gaps } from "./gaps.ts";
import { History } from "./history.ts";
import { Inbox } from "./inbox.ts";
import { MetAddresses } from "./met_addresses.ts";
import { FormerKeys } from "./former_keys.ts";
import { Outbox } from "./outbox.ts";
import { OwnKeyStore } from "./own_keys.ts";
import { Pins } from "./pins.ts";
import { PlainRegistries } from "./plain_registries.ts";
import { Requests } from "./requests.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";

/** How a {@linkcode Store} is opened. */
export interface StoreOptions {
  /** The time, in ms since the epoch. */
  readonly now: number;
  /**
   * Whether messages are kept once they are delivered or shown. Those that are
   * in the store already stay. Default: true.
   */
  readonly keepHistory?: boolean;
}

/** A client's store: what a client keeps on disk besides its identity. */
export interface Store extends Disposable {
  /** The pinned keys of other clients and of registries. */
  readonly pins: Pins;
  /** The keys that other clients have replaced. */
  readonly formerKeys: FormerKeys;
  /** The keys of this client that it has replaced. */
  readonly ownKeys: OwnKeyStore;
  /** The clients that the user has blocked. */
  readonly blocked: Blocked;
  /** The strangers who want to talk. */
  readonly requests: Requests;
  /** How much has arrived today, by sender. */
  readonly dailyTotals: DailyTotals;
  /** The registries that speak only the plain protocol. */
  readonly plainRegistries: PlainRegistries;
  /** Where clients have been reached in the secure mode. */
  readonly metAddresses: MetAddresses;
  /** Messages to other clients, until they have them. */
  readonly outbox: Outbox;
  /** Messages from other clients, each accepted once. */
  readonly inbox: Inbox;
  /** The messages that others have sent, and that have not arrived. */
  readonly gaps: Gaps;
  /** All messages that are kept. */
  readonly history: History;
  /** A notice about the file for the user, in sentences; undefined if none. */
  readonly notice: string | undefined;
}

/**
 * Opens a client's store, or creates it; takes the same time however much is in
 * it. A file that is damaged is moved to another name and a new one is created:
 * the notice says so. Close the store with `using` or `Symbol.dispose`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openStore } from "../mod.ts";
 *
 * using store = openStore(":memory:", { now: Date.now() }); // or a file
 * store.outbox.queue("bob", "hello", Date.now());
 * assertEquals(store.outbox.count("bob"), 1);
 *
 * const [message] = store.history.search("hello", 10);
 * assertEquals(message?.peer, "bob");
 * ```
 *
 * @param path The client's file, or `:memory:` for a store that is not kept.
 * @throws {StorageError} If it cannot be opened.
 */
export function openStore(path: string, options: StoreOptions): Store {
  const { database, notice } = openOrReplace(path, options.now);
  // What is deleted is overwritten.
  database.run("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
  const keepHistory = options.keepHistory ?? true;
  const pins = new Pins(database);
  return {
    pins,
    formerKeys: new FormerKeys(database, pins),
    ownKeys: new OwnKeyStore(database),
    blocked: new Blocked(database),
    requests: new Requests(database),
    dailyTotals: new DailyTotals(database),
    plainRegistries: new PlainRegistries(database),
    metAddresses: new MetAddresses(database),
    outbox: new Outbox(database, keepHistory),
    inbox: new Inbox(database, keepHistory),
    gaps: new Gaps(database),
    history: new History(database),
    notice,
    [Symbol.dispose]: () => database.close(),
  };
}

function openOrReplace(
  path: string,
  now: number,
): { database: Database; notice: string | undefined } {
  const file: DatabaseOptions = {
    path,
    what: "the message file",
    ifDamaged: "Start the program again: it then moves this file to " +
      "another name and creates a new one.",
    applicationID: APPLICATION_ID,
    migrations: MIGRATIONS,
  };
  try {
    return { database: openDatabase(file), notice: undefined };
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    const aside = moveAside(path, now);
    const notice = `the message file ${path} was damaged: it is kept as ` +
      `${aside}, and a new one was created. The messages that waited in it ` +
      "will not be sent. The pinned keys are lost: verify your peers again.";
    return { database: openDatabase(file), notice };
  }
}
