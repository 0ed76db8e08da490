import { Peer, type PeerEvent, type PeerOptions } from "../peer/mod.ts";
import {
  type CommandContext,
  completeLine,
  parseCommand,
} from "./commands/mod.ts";
import { Backlog } from "./backlog.ts";
import { errorText } from "./error_text.ts";
import type { EventSink, SentMessage } from "./events/mod.ts";
import { Folding } from "./folding.ts";
import {
  describeTarget,
  type LineTarget,
  recipientOf,
  type Selection,
  type Target,
  TargetSelection,
} from "./target_selection.ts";

/** How a {@linkcode ConsoleSession} runs. */
export interface SessionOptions extends Omit<PeerOptions, "onEvent"> {
  /** Whether to register at the start. */
  readonly register: boolean;
  /** The client ID or HOST:PORT to start a conversation with at the start. */
  readonly chat?: string;
  /** Stored messages to show when a conversation starts. Default: 0. */
  readonly backlogMessages?: number;
  /** What folds long messages, if they are. */
  readonly folding?: Folding;
}

/**
 * One run of the console, without its input and output: a peer, and the lines
 * that a user or a script enters. Lines are executed one after the other; what
 * they answer and what happens at the peer goes to an event sink.
 */
export class ConsoleSession {
  /** Resolves when the session is to end. */
  readonly ended: Promise<void>;
  readonly #peer: Peer;
  readonly #emit: EventSink;
  readonly #end: () => void;
  readonly #selection = new TargetSelection();
  /** Where the line goes that is being executed. */
  #lineTarget: Selection;
  readonly #context: CommandContext;
  readonly #backlog: Backlog;
  readonly #isPlain: boolean;
  /** Whether undelivered messages outlive the session. */
  readonly #isPersistent: boolean;
  /** Resolves when all that was entered has been executed. */
  #queue: Promise<unknown>;

  /**
   * Starts the peer, then registers it and starts a conversation as the options
   * say.
   *
   * @throws {PeerError} If the peer cannot listen.
   */
  constructor(options: SessionOptions, emit: EventSink) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
    this.#emit = emit;
    this.#peer = Peer.listen({
      ...options,
      onEvent: (event) => this.#onPeerEvent(event),
    });
    this.#backlog = new Backlog(
      this.#peer,
      emit,
      options.backlogMessages ?? 0,
    );
    this.#isPlain = options.plain ?? false;
    this.#isPersistent = options.store !== undefined;
    this.#lineTarget = this.#selection.current;
    this.#context = this.#createContext(options.folding ?? new Folding());
    this.#queue = this.#start(options);
  }

  /** The client ID of the peer. */
  get clientID(): string {
    return this.#peer.clientID;
  }

  /** The client that messages go to, unless a command names another. */
  get target(): Target | undefined {
    return this.describe(this.#selection.current);
  }

  /** Fixes where a line goes, before it is typed: to the target of now. */
  holdTarget(): LineTarget {
    return this.#selection.hold();
  }

  /** How the target of a line is shown; undefined if it is none. */
  describe(target: Pick<Selection, "name">): Target | undefined {
    return describeTarget(target, {
      parties: this.#peer.parties,
      protectionOf: (clientID) => this.#peer.keys.protectionOf(clientID),
    });
  }

  /**
   * Executes a line, after those entered before: a command or a message.
   *
   * @param target Where it goes if it names no client. Default: the target when
   * it is executed.
   * @returns The message that the line sent; undefined if it sent none. The
   * promise rejects only for a bug.
   */
  enter(line: string, target?: LineTarget): Promise<SentMessage | undefined> {
    return this.#enqueue(() =>
      this.#execute(line, target ?? this.#selection.current)
    );
  }

  /**
   * Sends a text as it is, after the lines entered before.
   *
   * @param to A client ID or the name of a conversation. Default: the target.
   * @returns The message; undefined if it could not be sent.
   */
  send(text: string, to?: string): Promise<SentMessage | undefined> {
    return this.#enqueue(() => this.#send(text, to ?? this.#selection.current));
  }

  /** Reports that something that was asked for cannot be done. */
  reportProblem(message: string): void {
    this.#emit({ type: "problem", message });
  }

  /** The lines that a line can be completed to. */
  complete(line: string): string[] {
    return completeLine(line, () => this.#peer.knownNames());
  }

  /** Asks for the session to end, whatever is being executed. */
  end(): void {
    this.#end();
  }

  /** Resolves when all that was entered has been executed. */
  async idle(): Promise<void> {
    await this.#queue;
  }

  /** Waits until no message can be sent or left now, for at most `timeoutMs`. */
  drain(timeoutMs: number): Promise<void> {
    return this.#peer.queue.drain(timeoutMs);
  }

  /** Ends all conversations, stops listening, reports what is undelivered. */
  async close(): Promise<void> {
    await this.#peer.close();
    // A store that the peer opened itself is closed by now.
    if (!this.#isPersistent) return;
    const { length } = this.#peer.queue;
    if (length === 0) return;
    const count = length === 1
      ? "1 message is not delivered yet"
      : `${length} messages are not delivered yet`;
    this.#emit({
      type: "waiting",
      to: undefined,
      reason: `${count}; delivery continues at the next start`,
    });
  }

  #enqueue<T>(action: () => Promise<T>): Promise<T | undefined> {
    const done = this.#queue.then(() => this.#attempt(action));
    this.#queue = done;
    return done;
  }

  async #start({ register, chat }: SessionOptions): Promise<void> {
    const { clientID, address } = this.#peer;
    this.#emit({ type: "listening", clientID, address });
    const { current } = this.#selection;
    if (register) {
      await this.#attempt(() => this.#execute("/register", current));
    }
    if (chat !== undefined) {
      await this.#attempt(() => this.#execute(`/chat ${chat}`, current));
    }
  }

  /** Does something, and reports the error of the peer with which it fails. */
  async #attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      const text = errorText(error, {
        isRegistered: this.#peer.isRegistered,
        isPlain: this.#isPlain,
      });
      if (text === undefined) throw error;
      this.reportProblem(text);
      return undefined;
    }
  }

  async #execute(
    line: string,
    target: Selection,
  ): Promise<SentMessage | undefined> {
    if (line.trim() === "") return undefined;
    if (!line.startsWith("/")) return await this.#send(line, target);
    if (line.startsWith("//")) return await this.#send(line.slice(1), target);
    this.#lineTarget = target;
    const parsed = parseCommand(line);
    if ("command" in parsed) {
      const { command, argument } = parsed;
      return await command.run(this.#context, argument) || undefined;
    }
    this.reportProblem(parsed.problem);
    return undefined;
  }

  #createContext(folding: Folding): CommandContext {
    return {
      peer: this.#peer,
      emit: this.#emit,
      folding,
      lastListed: [],
      target: () => this.#lineTarget.name,
      selected: () => this.#selection.current.name,
      setTarget: (name) => this.#selection.select(name),
      send: (text) => this.#send(text, this.#lineTarget),
      quit: this.#end,
    };
  }

  /** Sends a text to a client or conversation, or to the target of a line. */
  async #send(
    text: string,
    to: string | Selection,
  ): Promise<SentMessage> {
    const name = typeof to === "string"
      ? to
      : recipientOf(to, this.#peer.parties);
    const message = await this.#peer.send(name, text);
    const recipient = message?.peer ?? this.#peer.plainNameOf(name);
    this.#selection.selectIfNone(recipient);
    const id = message === undefined ? {} : { id: message.id };
    const sent = { to: recipient, text, ...id };
    this.#emit({ type: "sent", ...sent });
    return sent;
  }

  #onPeerEvent(event: PeerEvent): void {
    this.#selection.follow(event);
    this.#emit(event);
    if (event.type === "connected") this.#backlog.show(event.party);
  }
}
