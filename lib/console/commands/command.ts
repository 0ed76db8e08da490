import type { Outgoing, Peer } from "../../peer/mod.ts";
import type { EventSink } from "../events/mod.ts";

/** What a command works on. */
export interface CommandContext {
  /** The peer that the commands act on. */
  readonly peer: Peer;
  /** Receives what a command answers. */
  readonly emit: EventSink;
  /** Whom a plain line goes to. */
  target(): string | undefined;
  /** What `/queue` listed last. */
  queue: readonly Outgoing[];
  /** Makes plain lines go to somebody. */
  setTarget(name: string | undefined): void;
  /** Sends a text to somebody, or to whom plain lines go. */
  send(text: string, to?: string): Promise<void>;
  /** Ends the console after this command. */
  quit(): void;
}

/** One command: help and completion are made from this. */
export interface Command {
  /** Its name, with the slash. */
  readonly name: string;
  /** How it is typed; the argument stands in brackets if it may be left out. */
  readonly usage: string;
  /** What it does, in a line. */
  readonly help: string;
  /** Whether the argument is somebody, which Tab completes. */
  readonly takesClient?: boolean;
  /** Whether the argument may be several words. */
  readonly takesWords?: boolean;
  /**
   * Does it.
   *
   * @throws {PeerError} If it cannot be done.
   */
  run(context: CommandContext, argument: string): Promise<void> | void;
}
