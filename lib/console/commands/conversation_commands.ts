import { KeyChangedError, type Party, PeerError } from "../../peer/mod.ts";
import { isClientID } from "../../protocol/mod.ts";
import type { Command, CommandContext } from "./command.ts";

/** The commands that start, select and list conversations, and send messages. */
export const CONVERSATION_COMMANDS: readonly Command[] = [
  {
    name: "/chat",
    usage: "/chat [clientID | HOST:PORT]",
    help: "start a conversation (default: the last /bridge)",
    takesClient: true,
    async run(context, argument) {
      const name = argument === "" ? undefined : argument;
      context.setTarget((await startChat(context, name)).name);
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
      const recipient = await context.peer.recipient(name);
      if (recipient === undefined) {
        throw new PeerError(
          `unknown client ${name} (/info lists the registered clients, ` +
            "/peers the open conversations)",
        );
      }
      context.setTarget(recipient);
      const resembles = context.peer.resembles(recipient);
      context.emit({ type: "target", name: recipient, resembles });
    },
  },
  {
    name: "/peers",
    usage: "/peers",
    help: "list the open conversations",
    run({ peer, emit, selected }) {
      emit({ type: "peers", parties: peer.parties, target: selected() });
    },
  },
];

/** `/hangup`, which `/help` lists after the commands about keys. */
export const HANGUP_COMMAND: Command = {
  name: "/hangup",
  usage: "/hangup [clientID]",
  help: "end a conversation (default: the selected one)",
  takesClient: true,
  async run({ peer, target, selected, setTarget }, argument) {
    const name = argument === "" ? target() : argument;
    if (name === undefined) {
      throw new PeerError(
        peer.parties.length === 0
          ? "no conversation is open"
          : "no client is selected: give a client ID",
      );
    }
    const isTarget = name === selected();
    await peer.hangUp(name);
    if (!isTarget) return;
    const [left, ...more] = peer.parties;
    setTarget(more.length === 0 ? left?.name : undefined);
  },
};

/**
 * Starts a conversation. If that fails, a client whose key is pinned becomes the
 * target nevertheless: messages to it are queued.
 *
 * @throws {PeerError} If no conversation could be started.
 */
async function startChat(
  { peer, setTarget }: CommandContext,
  name: string | undefined,
): Promise<Party> {
  try {
    return await peer.chat(name);
  } catch (error) {
    const canQueue = name !== undefined && isClientID(name) &&
      peer.keys.hasPinned(name);
    if (error instanceof KeyChangedError || !canQueue) throw error;
    if (!(error instanceof PeerError)) throw error;
    setTarget(name);
    throw new PeerError(`${error.message}; messages to ${name} are queued`);
  }
}
