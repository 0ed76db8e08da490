import {
  DamagedError,
  type Database,
  type DatabaseOptions,
  openDatabase,
  setAside,
} from "../../storage/mod.ts";
import { History } from "./history.ts";
import { Inbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";
import { Pins } from "./pins.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";

/** How a {@linkcode Store} is opened. */
export interface StoreOptions {
  /** The time, in ms since the epoch. */
  readonly now: number;
  /**
   * Whether messages are kept once they are delivered. Those that are there
   * already stay. Default: true.
   */
  readonly keepHistory?: boolean;
}

/** What a client remembers when it is not running. */
export interface Store extends Disposable {
  /** The keys that others had when it last met them. */
  readonly pins: Pins;
  /** Messages to others until they have them. */
  readonly outbox: Outbox;
  /** Messages from others, each taken once. */
  readonly inbox: Inbox;
  /** All messages that are kept. */
  readonly history: History;
  /** What the person has to be told about the file, in sentences, if anything. */
  readonly notice: string | undefined;
}

/**
 * Opens what a client remembers, or begins it. Takes the same time however much
 * that is. A file that is damaged is kept under another name and a new one
 * begun: the notice says so. Close it with `using` or `Symbol.dispose`.
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
 * @param path The client's file, or `:memory:` to remember nothing.
 * @throws {StorageError} If it cannot be opened.
 */
export function openStore(path: string, options: StoreOptions): Store {
  const { database, notice } = openOrBegin(path, options.now);
  // What is removed is overwritten.
  database.run("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
  const keepHistory = options.keepHistory ?? true;
  return {
    pins: new Pins(database),
    outbox: new Outbox(database, keepHistory),
    inbox: new Inbox(database, keepHistory),
    history: new History(database),
    notice,
    [Symbol.dispose]: () => database.close(),
  };
}

function openOrBegin(
  path: string,
  now: number,
): { database: Database; notice: string | undefined } {
  const file: DatabaseOptions = {
    path,
    what: "the message file",
    ifDamaged: "Start the program again: it then keeps this file under " +
      "another name and begins a new one.",
    applicationID: APPLICATION_ID,
    migrations: MIGRATIONS,
  };
  try {
    return { database: openDatabase(file), notice: undefined };
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    const aside = setAside(path, now);
    const notice = `the message file ${path} was damaged: it is kept as ` +
      `${aside}, and a new one is begun. Messages that waited in it will not ` +
      "be sent. The keys of others are not known any more: verify them again.";
    return { database: openDatabase(file), notice };
  }
}
