import { isClientID } from "../protocol/mod.ts";
import {
  KeyChangedError,
  type Party,
  Peer,
  PeerError,
  type PeerEvent,
  type PeerOptions,
  PlainOnlyError,
  RefusedError,
} from "../peer/mod.ts";
import { StorageError } from "../storage/mod.ts";
import type { CommandContext } from "./commands/mod.ts";
import { COMMANDS } from "./commands/mod.ts";
import type { EventSink } from "./events/mod.ts";
import { parseCommand } from "./commands/mod.ts";

/** How a {@linkcode Session} runs. */
export interface SessionOptions extends Omit<PeerOptions, "onEvent"> {
  /** Whether to register at the start. */
  readonly register: boolean;
  /** Whom to be in conversation with from the start. */
  readonly chat?: string;
  /** How many old messages to show at the start of a conversation. Default: 0. */
  readonly greeting?: number;
}

/** Whom a plain line goes to. */
export type Target = Pick<Party, "name" | "protection">;

/**
 * A peer and somebody who tells it what to do, line by line: a person at a
 * terminal or a script. Everything that happens goes to `emit`.
 */
export class Session {
  /** Resolves when the session is to end. */
  readonly ended: Promise<void>;
  readonly #peer: Peer;
  readonly #emit: EventSink;
  readonly #end: () => void;
  /** Whom plain lines go to, if that was chosen. */
  #target: string | undefined;
  /** Who wrote last, by a client ID that was proved. */
  #writer: string | undefined;
  readonly #began = Date.now();
  /** Those whose old messages have been shown. */
  readonly #greeted = new Set<string>();
  readonly #greeting: number;
  /** Whether what waits is kept when this ends. */
  readonly #isKept: boolean;
  readonly #context: CommandContext;
  #running: Promise<void> = Promise.resolve();

  /**
   * Starts the peer; {@linkcode begin} does the rest.
   *
   * @throws {PeerError} If it cannot listen.
   */
  constructor(options: SessionOptions, emit: EventSink) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
    this.#emit = emit;
    this.#peer = Peer.listen({
      ...options,
      onEvent: (event) => this.#hear(event),
    });
    this.#greeting = options.greeting ?? 0;
    this.#isKept = options.store !== undefined;
    this.#context = this.#asContext();
    this.#running = this.#begin(options);
  }

  /** Who this is. */
  get clientID(): string {
    return this.#peer.clientID;
  }

  /**
   * Whom a plain line goes to: who was chosen with `/to` or `/chat`, or talked
   * to last, whether they are there or not; else the only one there is, or who
   * wrote last.
   */
  get target(): Target | undefined {
    const { parties } = this.#peer;
    const chosen = this.#target;
    const party = parties.find(({ name }) => name === chosen);
    if (party !== undefined) return party;
    const absent = chosen ?? (parties.length === 0 ? this.#writer : undefined);
    if (absent !== undefined && isClientID(absent)) {
      return { name: absent, protection: this.#peer.protectionOf(absent) };
    }
    return parties.length === 1 ? parties[0] : undefined;
  }

  /** Whether a line is a message, and not a command. */
  isMessage(line: string): boolean {
    return line.trim() !== "" && !/^\/(?!\/|msg\s)/.test(line);
  }

  /**
   * Does what a line says, after the lines before it.
   *
   * @returns A promise for when that is done; it never rejects but by a bug.
   */
  enter(line: string): Promise<void> {
    return this.#enqueue(() => this.#obey(line));
  }

  /** Sends a text as it is, after the lines before it. */
  say(text: string, to?: string): Promise<void> {
    return this.#enqueue(() => this.#send(text, to));
  }

  /** Says that something that was asked for cannot be done. */
  complain(message: string): void {
    this.#emit({ type: "problem", message });
  }

  /** What a line may go on with, for Tab: each a whole line. */
  complete(line: string): string[] {
    const [, name, argument] = /^(\/\S*)(?: +(\S*))?$/.exec(line) ?? [];
    if (name === undefined) return [];
    if (argument === undefined) {
      return COMMANDS.filter((command) => command.name.startsWith(name))
        .map(({ name, usage }) => usage === name ? name : `${name} `);
    }
    const command = COMMANDS.find((command) => command.name === name);
    if (!command?.takesClient) return [];
    return this.#peer.knownNames()
      .filter((clientID) => clientID.startsWith(argument))
      .map((clientID) => `${name} ${clientID}`);
  }

  /** Asks for the session to end, whatever is being done. */
  end(): void {
    this.#end();
  }

  /** Resolves when all that was entered has been done. */
  async idle(): Promise<void> {
    await this.#running;
  }

  /** Waits until what can be sent has gone, for at most so many ms. */
  settle(patience: number): Promise<void> {
    return this.#peer.queue.settle(patience);
  }

  /** Hangs up on all and stops listening; says what has not arrived. */
  async close(): Promise<void> {
    await this.#peer.close();
    // A store that the peer made itself is closed by now.
    if (!this.#isKept) return;
    const { length } = this.#peer.queue;
    if (length === 0) return;
    const reason = length === 1
      ? "1 message has not arrived yet: it is sent on at the next start"
      : `${length} messages have not arrived yet: they are sent on at the ` +
        "next start";
    this.#emit({ type: "waiting", to: undefined, reason });
  }

  /** Does something after what was entered before; words for what fails. */
  #enqueue(act: () => Promise<void>): Promise<void> {
    return this.#running = this.#running.then(() => this.#try(act));
  }

  async #begin(options: SessionOptions): Promise<void> {
    const { clientID, address } = this.#peer;
    this.#emit({ type: "listening", clientID, address });
    if (options.register) await this.#try(() => this.#obey("/register"));
    const { chat } = options;
    if (chat !== undefined) await this.#try(() => this.#obey(`/chat ${chat}`));
  }

  /** The one place where a peer's errors become words. */
  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (error instanceof PeerError) {
        this.complain(error.message + this.#whatToDo(error));
      } else if (error instanceof StorageError) this.complain(error.message);
      else throw error;
    }
  }

  async #obey(line: string): Promise<void> {
    if (line.trim() === "") return;
    if (!line.startsWith("/")) return await this.#send(line);
    if (line.startsWith("//")) return await this.#send(line.slice(1));
    const parsed = parseCommand(line);
    if ("problem" in parsed) return this.complain(parsed.problem);
    await parsed.command.run(this.#context, parsed.argument);
  }

  #asContext(): CommandContext {
    return {
      peer: this.#peer,
      queue: [],
      emit: this.#emit,
      target: () => this.target?.name,
      setTarget: (name) => this.#target = name,
      send: (text, to) => this.#send(text, to),
      quit: this.#end,
    };
  }

  async #send(text: string, to = this.target?.name): Promise<void> {
    if (to === undefined) {
      throw new PeerError(
        this.#peer.parties.length === 0
          ? "nobody is connected, so that was not sent: /chat <clientID> " +
            "connects you, /to <clientID> writes to somebody who is not there"
          : "several are connected, so that was not sent: " +
            "/to <clientID> chooses, /peers lists them",
      );
    }
    const message = await this.#peer.send(to, text);
    this.#target ??= to;
    const id = message === undefined ? {} : { id: message.id };
    this.#emit({ type: "sent", to, text, ...id });
  }

  #hear(event: PeerEvent): void {
    if (event.type === "named" && this.#target === event.was) {
      this.#target = event.party.name;
    }
    if (event.type === "disconnected") this.#forgetPlain(event.party);
    if (event.type === "message" && event.id !== undefined) {
      this.#writer = event.from.name;
    }
    this.#emit(event);
    if (event.type === "connected") this.#greet(event.party);
  }

  /** Nothing can wait for somebody in plain. */
  #forgetPlain({ name, protection }: Party): void {
    if (protection === "unencrypted" && this.#target === name) {
      this.#target = undefined;
    }
  }

  /** Shows what was said before, at the start of the first conversation. */
  #greet({ clientID }: Party): void {
    if (clientID === undefined || this.#greeted.has(clientID)) return;
    this.#greeted.add(clientID);
    if (this.#greeting === 0) return;
    const messages = this.#peer.history.recent(clientID, this.#greeting)
      .filter(({ time }) => time < this.#began);
    if (messages.length === 0) return;
    this.#emit({ type: "history", messages, earlier: clientID });
  }

  /** What a person at this console can do about an error, to follow its words. */
  #whatToDo(error: PeerError): string {
    if (error instanceof KeyChangedError) {
      return `: /trust ${error.who} accepts it`;
    }
    if (error instanceof PlainOnlyError) {
      return ": starting the client with --plain allows it";
    }
    if (error instanceof RefusedError && !this.#peer.isRegistered) {
      return ": /register registers you";
    }
    return "";
  }
}
