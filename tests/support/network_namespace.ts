import type { Command } from "./command.ts";

/**
 * The arguments of `unshare` for a process with a network namespace of its own,
 * in which every user may set addresses.
 */
const UNSHARE_ARGS: readonly string[] =
  Deno.build.os === "linux" && Deno.uid() === 0
    ? ["--net"]
    : ["--net", "--map-root-user"];

/** Whether a process may have a network of its own here. */
export function canMakeNetwork(): boolean {
  if (Deno.build.os !== "linux") return false;
  const args = [...UNSHARE_ARGS, "ip", "link", "set", "lo", "up"];
  try {
    return new Deno.Command("unshare", { args }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * A command in a network of its own, of which it is the only machine, with
 * loopback and these addresses. A connection to one of them comes from the same
 * one: so the command can be many clients.
 */
export function inOwnNetwork(
  addresses: readonly string[],
  { program, args, env = {} }: Command,
): Command {
  const script = "ip link set lo up && " +
    'for address in $ADDRESSES; do ip addr add "$address" dev lo; done && ' +
    'exec "$@"';
  return {
    program: "unshare",
    args: [...UNSHARE_ARGS, "sh", "-c", script, "sh", program, ...args],
    env: { ...env, ADDRESSES: addresses.join(" ") },
  };
}
