import type { Address } from "../../lib/net/mod.ts";

/** Below the ephemeral ports of every system, and above the privileged ones. */
const [FIRST_PORT, LAST_PORT] = [10_000, 32_000];

/**
 * An address on loopback at which nothing listens. Its port is none of those
 * that the system chooses itself, so that it stays unused until the test
 * listens on it, also while other tests run.
 */
export function unusedAddress(): Address {
  using listener = listenOnUnused();
  return { host: "127.0.0.1", port: listener.addr.port };
}

/** A listener at such an address: it can be closed, and opened again there. */
export function listenOnUnused(): Deno.TcpListener {
  for (;;) {
    const port = FIRST_PORT +
      Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    try {
      return Deno.listen({ hostname: "127.0.0.1", port });
    } catch (error) {
      // Windows reserves some ports, and then denies permission.
      const isTaken = error instanceof Deno.errors.AddrInUse ||
        error instanceof Deno.errors.PermissionDenied;
      if (!isTaken) throw error;
    }
  }
}
