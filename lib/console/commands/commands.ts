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

/** All commands, in the order in which `/help` lists them. */
export const COMMANDS: readonly Command[] = [
  {
    name: "/register",
    usage: "/register",
    help: "register with the registry",
    async run({ peer, emit }) {
      await register(peer);
      const { clientID, registry } = peer;
      emit({ type: "registered", clientID, registry });
    },
  },
  {
    name: "/info",
    usage: "/info",
    help: "list the registered clients",
    async run({ peer, emit }) {
      emit({ type: "clients", clients: await peer.info() });
    },
  },
  {
    name: "/bridge",
    usage: "/bridge [clientID]",
    help: "look up a client, or any other client",
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
    help: "start a conversation (default: the last /bridge)",
    takesClient: true,
    async run(context, argument) {
      const { peer } = context;
      try {
        const party = await peer.chat(argument === "" ? undefined : argument);
        context.setTarget(party.name);
      } catch (error) {
        const canWait = isClientID(argument) && peer.hasPinnedKey(argument);
        if (error instanceof KeyChangedError || !canWait) throw error;
        if (!(error instanceof PeerError)) throw error;
        context.setTarget(argument);
        throw new PeerError(
          `${error.message}; messages to ${argument} are queued`,
        );
      }
    },
  },
  {
    name: "/msg",
    usage: "/msg <text>",
    help: "send a message, like a line without a slash",
    takesWords: true,
    run: (context, argument) => context.send(argument),
  },
  {
    name: "/to",
    usage: "/to <clientID>",
    help: "select the client that messages go to",
    takesClient: true,
    async run(context, name) {
      if (await context.peer.canSendTo(name)) {
        context.setTarget(name);
        context.emit({ type: "target", name });
      } else {
        throw new PeerError(
          `unknown client ${name} (/info lists the registered clients, ` +
            "/peers the open conversations)",
        );
      }
    },
  },
  {
    name: "/peers",
    usage: "/peers",
    help: "list the open conversations",
    run({ peer, emit, target }) {
      emit({ type: "peers", parties: peer.parties, target: target() });
    },
  },
  ...MESSAGE_COMMANDS,
  ...KEY_COMMANDS,
  {
    name: "/hangup",
    usage: "/hangup [clientID]",
    help: "end a conversation (default: the selected one)",
    takesClient: true,
    async run({ peer, target, setTarget }, argument) {
      const name = argument === "" ? target() : argument;
      if (name === undefined) {
        throw new PeerError("no conversation is open");
      }
      const isTarget = name === target();
      await peer.hangUp(name);
      if (isTarget) setTarget(undefined);
    },
  },
  {
    name: "/help",
    usage: "/help [command]",
    help: "list the commands, or explain one",
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
    help: "end all conversations and exit",
    run: (context) => context.quit(),
  },
];

/** Reports an unknown command, with a similar one if there is one. */
export function unknownCommand(name: string): string {
  const similar = COMMANDS.find((command) =>
    name.length > 1 && command.name.startsWith(name.slice(0, 3))
  );
  const hint = similar === undefined ? "" : `; did you mean ${similar.name}?`;
  return `unknown command ${name}${hint} (/help lists the commands)`;
}

/**
 * Registers. If the registry cannot be reached, the peer goes on trying.
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
    throw new PeerError(`${error.message}; retrying until it can be reached`);
  }
}
