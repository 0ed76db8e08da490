import type { Command } from "./command.ts";

/** The commands that decide about strangers. */
export const STRANGER_COMMANDS: readonly Command[] = [
  {
    name: "/accept",
    usage: "/accept [clientID | fingerprint]",
    help: "let a stranger talk (default: list those who want to)",
    takesClient: true,
    async run({ peer: { strangers }, emit }, argument) {
      if (argument === "") {
        emit({ type: "requests", strangers: strangers.list() });
        return;
      }
      await strangers.verify(argument);
      strangers.accept(argument);
    },
  },
  {
    name: "/decline",
    usage: "/decline <clientID | fingerprint>",
    help: "send a stranger away for a day",
    takesClient: true,
    run({ peer: { strangers }, emit }, argument) {
      emit({ type: "declined", ...strangers.decline(argument) });
    },
  },
  {
    name: "/block",
    usage: "/block <clientID | fingerprint>",
    help: "hear no more of a client, which is not told",
    takesClient: true,
    run({ peer: { blocking }, emit }, argument) {
      emit({ type: "blocked", ...blocking.block(argument) });
    },
  },
  {
    name: "/unblock",
    usage: "/unblock <clientID | fingerprint>",
    help: "hear of a blocked client again",
    takesClient: true,
    run({ peer: { blocking }, emit }, argument) {
      emit({ type: "unblocked", ...blocking.unblock(argument) });
    },
  },
  {
    name: "/blocked",
    usage: "/blocked",
    help: "list the blocked clients",
    run({ peer: { blocking }, emit }) {
      emit({ type: "blockedClients", clients: blocking.list() });
    },
  },
];
