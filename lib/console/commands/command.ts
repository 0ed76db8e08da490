import type { Outgoing, Peer } from "../../peer/mod.ts";
import type { EventSink, SentMessage } from "../events/mod.ts";
import type { Folding } from "../folding.ts";

/** What a command acts on. */
export interface CommandContext {
  /** The peer of the session. */
  readonly peer: Peer;
  /** Writes the answer of the command. */
  readonly emit: EventSink;
  /** What has folded the long messages that `/show` shows. */
  readonly folding: Folding;
  /** The messages that `/queue` listed last, which `/unsend` numbers. */
  lastListed: readonly Outgoing[];
  /** The name of the client that the line with the command goes to. */
  target(): string | undefined;
  /** The name of the client that messages go to from now on. */
  selected(): string | undefined;
  /** Has messages go to a client; undefined: to none in particular. */
  setTarget(name: string | undefined): void;
  /**
   * Sends a text to the target.
   *
   * @throws {PeerError} If there is no target, or the text cannot be sent.
   */
  send(text: string): Promise<SentMessage>;
  /** Ends the session after this command. */
  quit(): void;
}

/** One command: parsing, help and completion are made from this. */
export interface Command {
  /** Its name, with the slash. */
  readonly name: string;
  /** Its name and arguments: `<needed>`, `[optional]`. */
  readonly usage: string;
  /** What it does, in one line. */
  readonly help: string;
  /** Whether its argument is a client, which Tab completes. */
  readonly takesClient?: boolean;
  /** Whether its argument may be several words. */
  readonly takesWords?: boolean;
  /**
   * Executes the command.
   *
   * @returns The message that it sent, if it sends one.
   * @throws {PeerError} If it cannot be done.
   */
  run(
    context: CommandContext,
    argument: string,
  ): Promise<SentMessage | void> | void;
}
