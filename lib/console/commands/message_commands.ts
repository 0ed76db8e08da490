import { PeerError } from "../../peer/mod.ts";
import type { Command } from "./command.ts";

/** Messages that `/history` shows, unless its argument says how many. */
const DEFAULT_HISTORY_MESSAGES = 20;

/** Most messages that `/search` shows. */
const MAX_SEARCH_RESULTS = 50;

/** The commands about queued and stored messages. */
export const MESSAGE_COMMANDS: readonly Command[] = [
  {
    name: "/queue",
    usage: "/queue",
    help: "list the messages that are not delivered yet",
    run(context) {
      context.lastListed = context.peer.queue.list();
      context.emit({ type: "queue", messages: context.lastListed });
    },
  },
  {
    name: "/unsend",
    usage: "/unsend <n>",
    help: "withdraw message n of /queue, if it is marked ·",
    run({ peer, emit, lastListed }, argument) {
      const listed = lastListed.length > 0 ? lastListed : peer.queue.list();
      const message = listed[Number(argument) - 1];
      if (message === undefined) {
        throw new PeerError(
          `no message ${argument} in the last /queue (/queue lists them again)`,
        );
      }
      const unsent = peer.queue.unsend(message.id);
      if (unsent !== undefined) emit({ type: "unsent", message: unsent });
      else {
        throw new PeerError(
          `message ${argument} cannot be withdrawn: it may have been delivered`,
        );
      }
    },
  },
  {
    name: "/show",
    usage: "/show [n]",
    help: "show more of long message n (default: the last)",
    run({ emit, folding }, argument) {
      emit(folding.show(argument === "" ? undefined : Number(argument)));
    },
  },
  {
    name: "/history",
    usage: "/history [clientID] [n]",
    help: "show the last n messages, of one client or all",
    takesClient: true,
    takesWords: true,
    run({ peer, emit }, argument) {
      const { name, count } = parseHistory(argument);
      emit({ type: "history", messages: peer.history.recent(name, count) });
    },
  },
  {
    name: "/search",
    usage: "/search <words>",
    help: "find the last messages that have all the words",
    takesWords: true,
    run({ peer, emit }, words) {
      const messages = peer.history.search(words, MAX_SEARCH_RESULTS);
      emit({ type: "history", messages });
    },
  },
  {
    name: "/forget",
    usage: "/forget <clientID>",
    help: "delete all messages to and from a client",
    takesClient: true,
    run({ peer, emit }, name) {
      const left = peer.queue.list()
        .filter((message) => message.peer === name && message.state === "left");
      const messages = peer.forget(name);
      emit({ type: "forgotten", name, messages, left: left.length });
    },
  },
];

/**
 * The arguments of `/history`: a client ID, a number, or both.
 *
 * @throws {PeerError} If they are something else.
 */
function parseHistory(
  argument: string,
): { name: string | undefined; count: number } {
  const words = argument.split(/\s+/).filter((word) => word !== "");
  const last = words.at(-1) ?? "";
  const count = /^[1-9][0-9]{0,5}$/.test(last)
    ? Number(words.pop())
    : DEFAULT_HISTORY_MESSAGES;
  if (words.length > 1) {
    throw new PeerError("usage: /history [clientID] [n]");
  }
  return { name: words[0], count };
}
