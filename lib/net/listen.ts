import { type Address, formatAddress } from "./address.ts";
import { ListenError } from "./errors.ts";
import { TcpWire } from "./wire.ts";

/**
 * Listens on an address; port 0 takes a free one.
 *
 * @throws {ListenError} If that is not possible, with a sentence that says why.
 */
export function listen(address: Address): Deno.TcpListener {
  const { host: hostname, port } = address;
  try {
    return Deno.listen({ hostname, port });
  } catch (error) {
    throw new ListenError(explain(error, formatAddress(address)));
  }
}

/**
 * Accepts connections until the listener is closed.
 *
 * @param take Is given each; it must not throw.
 */
export async function acceptAll(
  listener: Deno.TcpListener,
  take: (wire: TcpWire) => void,
): Promise<void> {
  for (;;) {
    let conn: Deno.TcpConn;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource) return;
      // Any other error is taken to concern one connection only, mostly one
      // whose other end was gone already. The next accept follows at once.
      continue;
    }
    take(new TcpWire(conn));
  }
}

function explain(error: unknown, where: string): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return `${where} is in use by another program: choose another port, or ` +
      "port 0 for a free one";
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return `${where} is not an address of this machine`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `this user may not listen on ${where}: ports below 1024 need a ` +
      "privilege; choose a higher one";
  }
  const message = error instanceof Error ? error.message : String(error);
  return `cannot listen on ${where}: ${message}`;
}
