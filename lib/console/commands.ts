import {
  KeyChangedError,
  type Outgoing,
  type Peer,
  PeerError,
} from "../peer/mod.ts";
import type { Show } from "./events.ts";

/** How many messages `/history` shows, unless it is told, and `/search`. */
const RECENT = 20;
const FOUND = 50;

/** What a command works on. */
export interface CommandContext {
  readonly peer: Peer;
  readonly show: Show;
  /** Whom a plain line goes to. */
  target(): string | undefined;
  /** What `/queue` listed last. */
  queue: readonly Outgoing[];
  /** Makes plain lines go to somebody. */
  aimAt(name: string | undefined): void;
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

/** Every command there is, in the order in which help lists them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "/register",
    usage: "/register",
    help: "tell the registry that you are here",
    async run({ peer, show }) {
      await peer.register();
      const { clientID, registry } = peer;
      show({ type: "registered", clientID, registry });
    },
  },
  {
    name: "/info",
    usage: "/info",
    help: "list who is registered",
    async run({ peer, show }) {
      show({ type: "clients", clients: await peer.info() });
    },
  },
  {
    name: "/bridge",
    usage: "/bridge [clientID]",
    help: "ask where a client is, or for any other client",
    takesClient: true,
    async run({ peer, show }, argument) {
      const target = argument === "" ? undefined : argument;
      const client = await peer.bridge(target);
      if (client === undefined) show({ type: "nobody", target });
      else show({ type: "bridged", client });
    },
  },
  {
    name: "/chat",
    usage: "/chat [clientID | IP:PORT]",
    help: "talk to a client, or to whom you bridged last",
    takesClient: true,
    async run(context, argument) {
      const { peer } = context;
      try {
        const party = await peer.chat(argument === "" ? undefined : argument);
        context.aimAt(party.name);
      } catch (error) {
        if (error instanceof KeyChangedError || !peer.isMet(argument)) {
          throw error;
        }
        if (!(error instanceof PeerError)) throw error;
        context.aimAt(argument);
        throw new PeerError(
          `${error.message}: what you type now waits for ${argument}`,
        );
      }
    },
  },
  {
    name: "/msg",
    usage: "/msg <text>",
    help: "send a message; a line without a slash is one too",
    takesWords: true,
    run: (context, argument) => context.send(argument),
  },
  {
    name: "/to",
    usage: "/to <clientID>",
    help: "choose whom plain lines go to",
    takesClient: true,
    async run(context, name) {
      if (await context.peer.knows(name)) {
        context.aimAt(name);
        context.show({ type: "target", name });
      } else {
        throw new PeerError(
          `nobody called ${name} is known: /info lists who is registered, ` +
            "/peers your open conversations",
        );
      }
    },
  },
  {
    name: "/peers",
    usage: "/peers",
    help: "list your open conversations",
    run({ peer, show, target }) {
      show({ type: "peers", parties: peer.parties, target: target() });
    },
  },
  {
    name: "/queue",
    usage: "/queue",
    help: "list the messages that wait for others",
    run(context) {
      context.queue = context.peer.queue.list();
      context.show({ type: "queue", messages: context.queue });
    },
  },
  {
    name: "/unsend",
    usage: "/unsend <n>",
    help: "take back the message that /queue lists under that number",
    run({ peer, show, queue }, argument) {
      const listed = queue.length > 0 ? queue : peer.queue.list();
      const message = listed[Number(argument) - 1];
      if (message === undefined) {
        throw new PeerError(
          `no message ${argument} waits: /queue lists those that do`,
        );
      }
      const unsent = peer.queue.unsend(message.id);
      if (unsent !== undefined) show({ type: "unsent", message: unsent });
      else {
        throw new PeerError(
          `it is too late: that message has left for ${message.peer}`,
        );
      }
    },
  },
  {
    name: "/history",
    usage: "/history [clientID] [n]",
    help: "show the last messages, with somebody or with all",
    takesClient: true,
    takesWords: true,
    run({ peer, show }, argument) {
      const { name, most } = parseHistory(argument);
      show({ type: "history", messages: peer.history.recent(name, most) });
    },
  },
  {
    name: "/search",
    usage: "/search <words>",
    help: "find the last messages in which all of the words stand",
    takesWords: true,
    run({ peer, show }, words) {
      const messages = peer.history.search(words, FOUND);
      show({ type: "history", messages });
    },
  },
  {
    name: "/forget",
    usage: "/forget <clientID>",
    help: "remove all messages to and from somebody, those that wait too",
    takesClient: true,
    run({ peer, show }, name) {
      const messages = peer.history.forget(name);
      show({ type: "forgotten", name, messages });
    },
  },
  {
    name: "/whoami",
    usage: "/whoami",
    help: "show who you are: your client ID and the fingerprint of your key",
    run({ peer, show }) {
      const { clientID, fingerprint, address, registry } = peer;
      show({ type: "whoami", clientID, fingerprint, address, registry });
    },
  },
  {
    name: "/verify",
    usage: "/verify <clientID>",
    help: "show the number to compare with somebody, and mark them verified",
    takesClient: true,
    run({ peer, show }, clientID) {
      const safetyNumber = peer.verify(clientID);
      show({ type: "verified", clientID, safetyNumber });
    },
  },
  {
    name: "/trust",
    usage: "/trust <clientID | IP:PORT>",
    help: "accept the new key of a client, or of the registry",
    takesClient: true,
    run({ peer, show }, name) {
      show({ type: "trusted", name, fingerprint: peer.trust(name) });
    },
  },
  {
    name: "/hangup",
    usage: "/hangup [clientID]",
    help: "end a conversation, or the one that plain lines go to",
    takesClient: true,
    async run({ peer, target, aimAt }, argument) {
      const name = argument === "" ? target() : argument;
      if (name === undefined) {
        throw new PeerError("there is no conversation to end");
      }
      const isAim = name === target();
      await peer.hangup(name);
      if (isAim) aimAt(undefined);
    },
  },
  {
    name: "/help",
    usage: "/help [command]",
    help: "explain the commands, or one of them",
    run({ show }, argument) {
      const wanted = COMMANDS.filter(({ name }) =>
        argument === "" || name === argument || name === `/${argument}`
      );
      if (wanted.length > 0) show({ type: "help", commands: wanted });
      else show({ type: "problem", message: unknownCommand(argument) });
    },
  },
  {
    name: "/quit",
    usage: "/quit",
    help: "end all conversations and leave",
    run: (context) => context.quit(),
  },
];

/** A typed command taken apart, or why it is none. */
export type Parsed =
  | { readonly command: Command; readonly argument: string }
  | { readonly problem: string };

/** Takes a line that begins with a slash apart. */
export function parseCommand(line: string): Parsed {
  const [, name, argument] = /^(\S+)\s*([\s\S]*?)\s*$/.exec(line) ??
    ["", line, ""];
  const command = COMMANDS.find((command) => command.name === name);
  if (command === undefined) return { problem: unknownCommand(name) };
  const takes = /[[<]/.exec(command.usage)?.[0];
  const fits = takes === undefined
    ? argument === ""
    : takes === "<"
    ? argument !== ""
    : true;
  const oneWord = command.takesWords || !/\s/.test(argument);
  if (fits && oneWord) return { command, argument };
  return { problem: `it is used like this: ${command.usage}` };
}

/**
 * The arguments of `/history`: a client ID, a number, or both.
 *
 * @throws {PeerError} If they are something else.
 */
function parseHistory(
  argument: string,
): { name: string | undefined; most: number } {
  const words = argument.split(/\s+/).filter((word) => word !== "");
  const last = words.at(-1) ?? "";
  const most = /^[1-9][0-9]{0,5}$/.test(last) ? Number(words.pop()) : RECENT;
  if (words.length > 1) {
    throw new PeerError("it is used like this: /history [clientID] [n]");
  }
  return { name: words[0], most };
}

function unknownCommand(name: string): string {
  const similar = COMMANDS.find((command) =>
    name.length > 1 && command.name.startsWith(name.slice(0, 3))
  );
  const hint = similar === undefined ? "" : `; did you mean ${similar.name}?`;
  return `there is no ${name}${hint} (/help lists the commands)`;
}
