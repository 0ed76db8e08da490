import { COMMANDS } from "./commands.ts";

/**
 * The whole lines that a line can be completed to: a command's name, or the
 * name of a client where the command takes one.
 *
 * @param names Lists the clients that can be named.
 */
export function completeLine(line: string, names: () => string[]): string[] {
  const [, name, argument] = /^(\/\S*)(?: +(\S*))?$/.exec(line) ?? [];
  if (name === undefined) return [];
  if (argument === undefined) {
    return COMMANDS.filter((command) => command.name.startsWith(name))
      .map(({ name, usage }) => usage === name ? name : `${name} `);
  }
  const command = COMMANDS.find((command) => command.name === name);
  if (!command?.takesClient) return [];
  return names()
    .filter((client) => client.startsWith(argument))
    .map((client) => `${name} ${client}`);
}
