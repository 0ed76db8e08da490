import { type Clock, MONOTONIC_CLOCK } from "../../async/mod.ts";
import { StorageError } from "../../storage/mod.ts";
import type { PeerEvent } from "../events.ts";
import type { Gap, Gaps } from "../store/mod.ts";
import type { Acceptance, KnownKeys } from "../trust/mod.ts";

/** What a {@linkcode GapNotice} works with. */
export interface GapNoticeOptions {
  /** The messages that others have sent, and that have not arrived. */
  readonly gaps: Pick<Gaps, "list" | "markTold">;
  /** Says how a conversation is protected. */
  readonly knownKeys: Pick<KnownKeys, "protection">;
  /** Knows who is blocked. */
  readonly acceptance: Pick<Acceptance, "isBlocked">;
  /** Receives `missing`. */
  readonly onEvent: (event: PeerEvent) => void;
  /** How long a message has to arrive after one that is behind it, in ms. */
  readonly delayMs: number;
  /** The clock to wait by. Default: the system's. */
  readonly clock?: Clock;
}

/**
 * Tells the user, once, that messages of a sender are missing: a registry may hold
 * letters back (PROTOCOL.md, "Delivery"). A message may also be late, as its letter
 * has expired and the sender is about to send it again, so it is told after a
 * delay.
 */
export class GapNotice {
  readonly #options: GapNoticeOptions;
  readonly #closing = new AbortController();
  #waiting: Promise<void> | undefined;

  /** Tells nothing before {@linkcode watch} is called. */
  constructor(options: GapNoticeOptions) {
    this.#options = options;
  }

  /**
   * Looks for gaps, and waits until they are closed or to be told.
   *
   * @throws {StorageError} If they cannot be read.
   */
  watch(): void {
    if (this.#waiting !== undefined) return;
    const gaps = this.#options.gaps.list();
    if (gaps.length > 0) {
      this.#waiting = this.#wait(gaps).finally(() => this.#waiting = undefined);
    }
  }

  /** Tells no more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#waiting;
  }

  async #wait(found: readonly Gap[]): Promise<void> {
    const { gaps, delayMs, clock = MONOTONIC_CLOCK } = this.#options;
    const { signal } = this.#closing;
    try {
      for (let old = found; old.length > 0; old = gaps.list()) {
        await clock.sleep(delayMs, signal);
        if (signal.aborted) return;
        const isOld = new Set(old.map(nameOf));
        const left = gaps.list();
        const due = left.filter((gap) => isOld.has(nameOf(gap)));
        this.#tell(Map.groupBy(due, ({ senderKey }) => senderKey));
        // What is missing of them since then is not told apart.
        const told = new Set(due.map(({ senderKey }) => senderKey));
        gaps.markTold(left.filter(({ senderKey }) => told.has(senderKey)));
      }
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      // They are told when the next message arrives.
    }
  }

  /** Tells of the gaps of each sender, by key. */
  #tell(due: ReadonlyMap<string, readonly Gap[]>): void {
    const { knownKeys, acceptance, onEvent } = this.#options;
    for (const [senderKey, [first]] of due) {
      if (first === undefined || acceptance.isBlocked(senderKey)) continue;
      const { peer: name, id, time } = first;
      const from = { name, protection: knownKeys.protection(name) };
      onEvent({ type: "missing", from, id, time });
    }
  }
}

function nameOf({ senderKey, missing }: Gap): string {
  return `${senderKey} ${missing}`;
}
