/**
 * The other end of `bench/secure.ts`, in a process of its own: prints the port
 * of each of its services as one line of JSON.
 *
 * @module
 */
import process from "node:process";
import { MessageReader } from "../lib/framing/mod.ts";
import { TcpWire, type Wire } from "../lib/net/mod.ts";
import { Identity, readHello, secureAccept } from "../lib/secure/mod.ts";

const identity = Identity.generate();

/** Sends everything back. */
async function echo(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  for (let n; (n = await conn.read(buffer)) !== null;) {
    await conn.write(buffer.subarray(0, n));
  }
  conn.close();
}

/** Sends everything back. */
async function secureEcho(wire: Wire): Promise<void> {
  for (let bytes; (bytes = await wire.read()) !== undefined;) {
    await wire.write(bytes);
  }
}

/** Acknowledges in bulk: at each read, how many bytes have come in all. */
async function secureCount(wire: Wire): Promise<void> {
  let total = 0;
  for (let bytes; (bytes = await wire.read()) !== undefined;) {
    total += bytes.length;
    await wire.write(new Uint8Array(Float64Array.of(total).buffer));
  }
}

/** Takes all there is. */
async function secureSink(wire: Wire): Promise<void> {
  while (await wire.read() !== undefined);
}

/** The CPU time that this process has used, in ms. */
async function cpu(conn: Deno.TcpConn): Promise<void> {
  const { user, system } = process.cpuUsage();
  await conn.write(new TextEncoder().encode(String((user + system) / 1000)));
  conn.close();
}

/** Opens the secure mode, serves, and hangs up as one should. */
function secure(
  service: (wire: Wire) => Promise<void>,
): (conn: Deno.TcpConn) => Promise<void> {
  return async (conn) => {
    const wire = await accept(new TcpWire(conn));
    await service(wire);
    await wire.closeWrite();
    wire.close();
  };
}

async function accept(wire: Wire): Promise<Wire> {
  const reader = new MessageReader();
  for (;;) {
    const bytes = await wire.read();
    if (bytes === undefined) throw new Error("no HELLO came");
    reader.push(bytes);
    const hello = reader.next();
    if (hello === undefined) continue;
    const opening = { handshake: readHello(hello), rest: reader.rest() };
    return secureAccept(wire, identity, opening);
  }
}

function serve(service: (conn: Deno.TcpConn) => Promise<void>): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const conn of listener) {
      conn.setNoDelay(true);
      service(conn);
    }
  })();
  return listener.addr.port;
}

console.log(JSON.stringify({
  echo: serve(echo),
  secureEcho: serve(secure(secureEcho)),
  secureCount: serve(secure(secureCount)),
  secureSink: serve(secure(secureSink)),
  cpu: serve(cpu),
}));
