import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  acceptProxied,
  ProxyHeaderError,
  type Wire,
} from "../../lib/net/mod.ts";
import { MemoryWire, Pipe } from "../support/memory_wire.ts";
import { proxyHeader, rawProxyHeader } from "../support/proxy_header.ts";

const SOURCE = { host: "192.0.2.7", port: 40_000 };
const HEADER = proxyHeader(SOURCE);

/** A connection from a proxy, and the end of the proxy. */
function connection() {
  const [toServer, toProxy] = [new Pipe(), new Pipe()];
  const wire = new MemoryWire(toServer, toProxy);
  return { wire, toServer, toProxy };
}

function options(timeoutMs = 60_000, signal = new AbortController().signal) {
  return { timeoutMs, signal };
}

/** The connection behind the header. */
async function accept(wire: MemoryWire): Promise<Wire> {
  const proxied = await acceptProxied(wire, options());
  assert(proxied !== undefined);
  return proxied;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function readText(
  wire: { read(): Promise<Uint8Array | undefined> },
): Promise<string> {
  return new TextDecoder().decode(await wire.read());
}

Deno.test("a connection behind a header is the client's: its address, what it sends and is sent", async () => {
  const { wire, toServer, toProxy } = connection();
  toServer.push(Uint8Array.from([...HEADER, ...encode("PING")]));
  toServer.push(encode("PONG"));
  const proxied = await accept(wire);
  assertEquals(proxied.remote, SOURCE);
  assertEquals(await readText(proxied), "PING");
  assertEquals(await readText(proxied), "PONG");
  await proxied.write(encode("reply"));
  assertEquals(await toProxy.take(), encode("reply"));
  toServer.end();
  assertEquals(await proxied.read(), undefined);
  proxied.close();
  assertEquals(wire.closed, true);
});

Deno.test("a header is read in whatever segments it comes, and the client's first bytes with it", async () => {
  const bytes = Uint8Array.from([...HEADER, ...encode("PING")]);
  for (let size = 1; size <= bytes.length; size++) {
    const { wire, toServer } = connection();
    for (let at = 0; at < bytes.length; at += size) {
      toServer.push(bytes.subarray(at, at + size));
    }
    toServer.end();
    const proxied = await accept(wire);
    assertEquals(proxied.remote, SOURCE);
    let text = "";
    for (let piece; (piece = await readText(proxied)) !== "";) text += piece;
    assertEquals(text, "PING");
  }
});

Deno.test("a connection for which the proxy names no client is the proxy's own", async () => {
  const { wire, toServer } = connection();
  toServer.push(rawProxyHeader(new Uint8Array(), { command: 0x20 }));
  const proxied = await accept(wire);
  assertEquals(proxied.remote, wire.remote);
});

Deno.test("a connection that ends before its first byte is none", async () => {
  const { wire, toServer } = connection();
  toServer.end();
  assertEquals(await acceptProxied(wire, options()), undefined);
});

Deno.test("a connection without a header, or with a part of one, is refused", async () => {
  for (const bytes of [encode("PING\r\n\r\n"), HEADER.subarray(0, 27)]) {
    const { wire, toServer } = connection();
    toServer.push(bytes);
    toServer.end();
    await assertRejects(() => acceptProxied(wire, options()), ProxyHeaderError);
  }
});

Deno.test("a header that is not whole in time is refused, and the connection closed", async () => {
  const { wire, toServer } = connection();
  toServer.push(HEADER.subarray(0, 27));
  await assertRejects(
    () => acceptProxied(wire, options(10)),
    ProxyHeaderError,
    "no whole PROXY header within 0.01 s",
  );
  assertEquals(wire.closed, true);
});

Deno.test("a header is no longer waited for when that is called off", async () => {
  const { wire } = connection();
  const calling = new AbortController();
  const accepting = acceptProxied(wire, options(60_000, calling.signal));
  calling.abort();
  await assertRejects(() => accepting, Deno.errors.BadResource);
  assertEquals(wire.closed, true);
});
