import type { Command } from "./command.ts";

/** The commands that decide about strangers. */
export const STRANGER_COMMANDS: readonly Command[] = [
  {
    name: "/accept",
    usage: "/accept [clientID | fingerprint]",
    help: "let a stranger talk (default: list those who want to)",
    takesClient: true,
    run({ peer: { strangers }, emit }, argument) {
      if (argument === "") {
        emit({ type: "requests", strangers: strangers.list() });
      } else strangers.accept(argument);
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
];
