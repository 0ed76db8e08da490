import { Coalescer } from "../../async/mod.ts";
import type { LetterSender } from "../delivery/mod.ts";
import { MailboxError } from "../errors.ts";
import type { PeerEvent } from "../events.ts";
import type { Outbox } from "../store/mod.ts";
import type { MessageStages } from "./message_stages.ts";
import type { Notice } from "./notice.ts";

/** What a {@linkcode Depositor} works with. */
export interface DepositorOptions {
  /** The recipient's client ID. */
  readonly clientID: string;
  /** Deposits letters. */
  readonly letterSender: LetterSender;
  /** Where the messages are. */
  readonly outbox: Outbox;
  /** Records which messages the registry may have. */
  readonly stages: MessageStages;
  /** Reports why messages cannot be deposited. */
  readonly notice: Notice;
  /** Receives `left` for each message that is deposited. */
  readonly onEvent: (event: PeerEvent) => void;
  /** Whether there is still no link to the recipient. */
  readonly isNeeded: () => boolean;
  /** Aborts when the conversation is closed. */
  readonly signal: AbortSignal;
}

/**
 * Deposits what waits for a peer in the registry's mailbox while there is no
 * link to it, so that this client need not stay until the peer is back.
 */
export class Depositor {
  readonly #options: DepositorOptions;
  readonly #depositing = new Coalescer(() => this.#deposit());
  #isAvailable = false;

  /** A depositor for one recipient, which deposits when {@linkcode run} is called. */
  constructor(options: DepositorOptions) {
    this.#options = options;
  }

  /** Whether the last deposit went well: then a new message may follow it. */
  get isAvailable(): boolean {
    return this.#isAvailable;
  }

  /** Whether a deposit is under way. */
  get isRunning(): boolean {
    return this.#depositing.isRunning;
  }

  /** Deposits what waits, now or after what is under way. */
  run(): void {
    this.#depositing.run();
  }

  /** Resolves when no deposit is under way. */
  idle(): Promise<void> {
    return this.#depositing.idle();
  }

  async #deposit(): Promise<void> {
    const { clientID, letterSender, outbox, stages, notice } = this.#options;
    if (this.#options.signal.aborted) return;
    /** The message that the registry has only if it does not refuse it. */
    let undecided: string | undefined;
    this.#isAvailable = true;
    try {
      await letterSender.deposit(clientID, outbox.waiting(clientID), {
        onDeposit: ({ id }) => {
          undecided = stages.addPossiblyDelivered(id) ? id : undefined;
        },
        onDeposited: ({ id }) => this.#deposited(id),
        isNeeded: this.#options.isNeeded,
      });
    } catch (error) {
      this.#isAvailable = false;
      if (error instanceof MailboxError && undecided !== undefined) {
        stages.removePossiblyDelivered(undecided);
      }
      notice.report(error);
    }
  }

  #deposited(id: string): void {
    const { clientID, outbox, notice, onEvent } = this.#options;
    outbox.markDeposited([id], Date.now());
    notice.clear();
    // It may have been delivered over a link meanwhile.
    if (outbox.get(id)?.state !== "left") return;
    onEvent({ type: "left", id, to: clientID });
  }
}
