import { type Address, formatAddress } from "./address.ts";
import { DialError, type DialFailure } from "./errors.ts";
import { TcpWire } from "./wire.ts";

/** How an address is dialled. */
export interface DialOptions {
  /** How long the other end has to accept the connection, in ms. */
  readonly timeoutMs: number;
  /** Gives the attempt up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a TCP connection.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { acceptAll, dial, listen } from "./mod.ts";
 *
 * const listener = listen({ host: "127.0.0.1", port: 0 });
 * const accepting = acceptAll(listener, async (wire) => {
 *   await wire.write(new TextEncoder().encode("welcome"));
 *   wire.close();
 * });
 *
 * const { port } = listener.addr;
 * const wire = await dial({ host: "127.0.0.1", port }, { timeoutMs: 1000 });
 * assertEquals(new TextDecoder().decode(await wire.read()), "welcome");
 *
 * wire.close();
 * listener.close();
 * await accepting;
 * ```
 *
 * @throws {DialError} If nothing accepts it in time, or the signal aborts.
 */
export async function dial(
  { host: hostname, port }: Address,
  { timeoutMs, signal }: DialOptions,
): Promise<TcpWire> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const either = signal === undefined
    ? timeout.signal
    : AbortSignal.any([timeout.signal, signal]);
  try {
    return new TcpWire(await Deno.connect({ hostname, port, signal: either }));
  } catch (error) {
    const failure = signal?.aborted
      ? "aborted"
      : timeout.signal.aborted
      ? "timeout"
      : failureOf(error);
    const message = error instanceof Error ? error.message : String(error);
    throw new DialError(failure, message);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether the process may dial an address. If not, {@linkcode dial} fails, or
 * the runtime asks the user.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isDialPermitted } from "./mod.ts";
 *
 * const { state } = Deno.permissions.querySync({ name: "net" });
 * const isPermitted = isDialPermitted({ host: "192.0.2.1", port: 5555 });
 * assertEquals(isPermitted, state === "granted");
 * ```
 */
export function isDialPermitted(address: Address): boolean {
  const host = formatAddress(address);
  const { state } = Deno.permissions.querySync({ name: "net", host });
  return state === "granted";
}

function failureOf(error: unknown): DialFailure {
  if (error instanceof Deno.errors.ConnectionRefused) return "refused";
  if (error instanceof Deno.errors.ConnectionReset) return "reset";
  // The runtime has no class for these: it passes the resolver's words on.
  if (error instanceof Error && /lookup address|FQDN/.test(error.message)) {
    return "lookup";
  }
  return "other";
}
