import type { Peer } from "../peer/mod.ts";
import type { Show } from "./events.ts";

/** What a command works on. */
export interface CommandContext {
  readonly peer: Peer;
  readonly show: Show;
  /** Whom a plain line goes to. */
  target(): string | undefined;
  /** Makes plain lines go to somebody. */
  aimAt(name: string): void;
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
      const party = await peer.chat(argument === "" ? undefined : argument);
      context.aimAt(party.name);
    },
  },
  {
    name: "/msg",
    usage: "/msg <text>",
    help: "send a message; a line without a slash is one too",
    run: (context, argument) => context.send(argument),
  },
  {
    name: "/to",
    usage: "/to <clientID>",
    help: "choose whom plain lines go to",
    takesClient: true,
    run(context, argument) {
      const { parties } = context.peer;
      const party = parties.find(({ name }) => name === argument);
      if (party !== undefined) {
        context.aimAt(party.name);
        context.show({ type: "target", name: party.name });
      } else {
        context.show({
          type: "problem",
          message: `no conversation with ${argument} is open: ` +
            `/chat ${argument} opens one, /peers lists those that are`,
        });
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
    async run({ peer, show, target }, argument) {
      const name = argument === "" ? target() : argument;
      if (name !== undefined) await peer.hangup(name);
      else {
        show({ type: "problem", message: "there is no conversation to end" });
      }
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
  const oneWord = command.name === "/msg" || !/\s/.test(argument);
  if (fits && oneWord) return { command, argument };
  return { problem: `it is used like this: ${command.usage}` };
}

function unknownCommand(name: string): string {
  const similar = COMMANDS.find((command) =>
    name.length > 1 && command.name.startsWith(name.slice(0, 3))
  );
  const hint = similar === undefined ? "" : `; did you mean ${similar.name}?`;
  return `there is no ${name}${hint} (/help lists the commands)`;
}
