import { Coalescer } from "../../async/mod.ts";
import type { Identity } from "../../secure/mod.ts";
import type { MailboxClient } from "../registry_client/mod.ts";
import {
  LetterCollector,
  type LetterCollectorContext,
} from "./letter_collector.ts";

/** What {@linkcode OldMailboxes} work with. */
export interface OldMailboxesContext
  extends Omit<LetterCollectorContext, "registry"> {
  /** Where the registry is, as HOST:PORT. */
  readonly where: string;
  /** The mailbox of an old identity at the registry. */
  readonly mailboxOf: (identity: Identity) => MailboxClient;
}

/**
 * Empties the mailboxes of the keys that this peer has replaced, once the
 * registry takes no more letters for them (PROTOCOL.md, "Key rotation").
 */
export class OldMailboxes {
  readonly #context: OldMailboxesContext;
  readonly #emptying = new Coalescer(() => this.#emptyAll());
  #collector: LetterCollector | undefined;
  #isClosing = false;

  /** Collects nothing before it is told to. */
  constructor(context: OldMailboxesContext) {
    this.#context = context;
  }

  /** Collects what waits; this peer is registered under its new key. */
  empty(): Promise<void> {
    return this.#emptying.run();
  }

  /** Collects no more. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#collector?.close();
    await this.#emptying.idle();
  }

  async #emptyAll(): Promise<void> {
    const { ownKeys, where, mailboxOf } = this.#context;
    for (const identity of ownKeys.oldMailboxesAt(where)) {
      if (this.#isClosing) return;
      await using registry = mailboxOf(identity);
      const context = { ...this.#context, registry };
      const collector = new LetterCollector(context, identity);
      this.#collector = collector;
      await collector.collect();
      if (collector.isEmptied) ownKeys.mailboxEmptied(where, identity);
    }
  }
}
