import { TcpWire } from "../lib/net/mod.ts";
import { Identity, secureConnect, type SecureWire } from "../lib/secure/mod.ts";

const identity = Identity.generate();
const buffer = new Uint8Array(1024);

/** A bare connection to a service of the other end. */
export async function dial(port: number): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  return conn;
}

/** An encrypted connection to a service of the other end. */
export async function dialSecure(port: number): Promise<SecureWire> {
  return await secureConnect(new TcpWire(await dial(port)), identity);
}

/** Ends a connection as one should: each says that it is done. */
export async function hangUp(wire: SecureWire): Promise<void> {
  await wire.closeWrite();
  while (await wire.read() !== undefined);
  wire.close();
}

/** Sends a message, and waits until it has come back. */
export async function bareTrip(
  conn: Deno.TcpConn,
  message: Uint8Array,
): Promise<void> {
  await conn.write(message);
  for (let got = 0; got < message.length;) got += await conn.read(buffer) ?? 0;
}

/** The same over an encrypted connection. */
export async function secureTrip(
  wire: SecureWire,
  message: Uint8Array,
): Promise<void> {
  await wire.write(message);
  for (let got = 0; got < message.length;) {
    got += (await wire.read())?.length ?? 0;
  }
}

/** Waits until the other end has told that so many bytes have come. */
export async function waitForCount(
  wire: SecureWire,
  total: number,
): Promise<void> {
  for (let count = 0; count < total;) {
    const bytes = await wire.read();
    if (bytes === undefined) throw new Error("the other end stopped");
    // Several may come at once; only the last one counts.
    [count = 0] = new Float64Array(bytes.slice(-8).buffer);
  }
}

/** Writes pieces, waiting now and then so that only some are pending. */
export async function writeMany(
  wire: SecureWire,
  piece: Uint8Array,
  count: number,
  pending: number,
): Promise<void> {
  for (let i = 1; i <= count; i++) {
    const written = wire.write(piece);
    if (i % pending === 0) await written;
  }
}
