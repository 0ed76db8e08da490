import type { Command } from "./command.ts";
import {
  CONVERSATION_COMMANDS,
  HANGUP_COMMAND,
} from "./conversation_commands.ts";
import { KEY_COMMANDS } from "./key_commands.ts";
import { MESSAGE_COMMANDS } from "./message_commands.ts";
import { REGISTRY_COMMANDS } from "./registry_commands.ts";
import { STRANGER_COMMANDS } from "./stranger_commands.ts";

/** All commands, in the order in which `/help` lists them. */
export const COMMANDS: readonly Command[] = [
  ...REGISTRY_COMMANDS,
  ...CONVERSATION_COMMANDS,
  ...STRANGER_COMMANDS,
  ...MESSAGE_COMMANDS,
  ...KEY_COMMANDS,
  HANGUP_COMMAND,
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
