/**
 * How far an outgoing message has come, as the outbox stores it. A `MessageStage`
 * also has what is known only while the program runs.
 */
export type MessageState =
  /** It is only here. Shown as `·`. */
  | "queued"
  /** The registry has it, sealed, in the recipient's mailbox. Shown as `✓`. */
  | "left"
  /** The recipient has it. Shown as `✓✓`. */
  | "delivered";

/** A message to another client. */
export interface Outgoing {
  /** Tells it from an {@linkcode Incoming} one. */
  readonly direction: "out";
  /** A ULID: a later message has a greater one. */
  readonly id: string;
  /** The recipient's client ID. */
  readonly peer: string;
  /** What it says. */
  readonly text: string;
  /** When it was written, in ms since the epoch. */
  readonly time: number;
  /** How far it has come. */
  readonly state: MessageState;
  /** When it was last deposited at the registry, in ms since the epoch. */
  readonly depositedAt: number | undefined;
  /** The ID of the message before it to the same recipient, if there was one. */
  readonly previous?: string;
}

/** A message from another client. */
export interface Incoming {
  /** Tells it from an {@linkcode Outgoing} one. */
  readonly direction: "in";
  /** The ULID that its sender gave it. */
  readonly id: string;
  /** The sender's client ID. */
  readonly peer: string;
  /** What it says. */
  readonly text: string;
  /**
   * When it was written, in ms since the epoch: by its sender's clock, but not
   * later than it arrived.
   */
  readonly time: number;
}
