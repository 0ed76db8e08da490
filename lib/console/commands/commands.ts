import { isClientID } from "../../protocol/mod.ts";
import {
  KeyChangedError,
  type Peer,
  PeerError,
  PlainOnlyError,
  RefusedError,
} from "../../peer/mod.ts";
import type { Command } from "./command.ts";
import { KEY_COMMANDS } from "./key_commands.ts";
import { MESSAGE_COMMANDS } from "./message_commands.ts";

/** Every command there is, in the order in which help lists them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "/register",
    usage: "/register",
    help: "tell the registry that you are here",
    async run({ peer, emit }) {
      await register(peer);
      const { clientID, registry } = peer;
      emit({ type: "registered", clientID, registry });
    },
  },
  {
    name: "/info",
    usage: "/info",
    help: "list who is registered",
    async run({ peer, emit }) {
      emit({ type: "clients", clients: await peer.info() });
    },
  },
  {
    name: "/bridge",
    usage: "/bridge [clientID]",
    help: "ask where a client is, or for any other client",
    takesClient: true,
    async run({ peer, emit }, argument) {
      const target = argument === "" ? undefined : argument;
      const client = await peer.bridge(target);
      if (client === undefined) emit({ type: "nobody", target });
      else emit({ type: "bridged", client });
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
        context.setTarget(party.name);
      } catch (error) {
        const canWait = isClientID(argument) && peer.isMet(argument);
        if (error instanceof KeyChangedError || !canWait) throw error;
        if (!(error instanceof PeerError)) throw error;
        context.setTarget(argument);
        throw new PeerError(
          `${error.message}; what you type now waits for ${argument}`,
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
        context.setTarget(name);
        context.emit({ type: "target", name });
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
    run({ peer, emit, target }) {
      emit({ type: "peers", parties: peer.parties, target: target() });
    },
  },
  ...MESSAGE_COMMANDS,
  ...KEY_COMMANDS,
  {
    name: "/hangup",
    usage: "/hangup [clientID]",
    help: "end a conversation, or the one that plain lines go to",
    takesClient: true,
    async run({ peer, target, setTarget }, argument) {
      const name = argument === "" ? target() : argument;
      if (name === undefined) {
        throw new PeerError("there is no conversation to end");
      }
      const isTarget = name === target();
      await peer.hangup(name);
      if (isTarget) setTarget(undefined);
    },
  },
  {
    name: "/help",
    usage: "/help [command]",
    help: "explain the commands, or one of them",
    run({ emit }, argument) {
      const wanted = COMMANDS.filter(({ name }) =>
        argument === "" || name === argument || name === `/${argument}`
      );
      if (wanted.length > 0) emit({ type: "help", commands: wanted });
      else emit({ type: "problem", message: unknownCommand(argument) });
    },
  },
  {
    name: "/quit",
    usage: "/quit",
    help: "end all conversations and leave",
    run: (context) => context.quit(),
  },
];

/** Says that there is no such command, and which may have been meant. */
export function unknownCommand(name: string): string {
  const similar = COMMANDS.find((command) =>
    name.length > 1 && command.name.startsWith(name.slice(0, 3))
  );
  const hint = similar === undefined ? "" : `; did you mean ${similar.name}?`;
  return `there is no ${name}${hint} (/help lists the commands)`;
}

/**
 * Registers; a registry that is away is tried until it is there.
 *
 * @throws {PeerError} If the registry refuses or cannot be asked now.
 */
async function register(peer: Peer): Promise<void> {
  try {
    await peer.register();
  } catch (error) {
    const isAway = error instanceof PeerError &&
      !(error instanceof RefusedError || error instanceof KeyChangedError ||
        error instanceof PlainOnlyError);
    if (!isAway) throw error;
    throw new PeerError(`${error.message}; it is tried until it is there`);
  }
}
