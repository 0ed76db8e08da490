/**
 * A client that somebody else could write from PROTOCOL.md and a Noise library:
 * noise-c, a socket, and nothing of this project's own code. It registers,
 * lists, bridges and talks with the real programs.
 */
import { assert, assertEquals } from "@std/assert";
import {
  loadNoiseC,
  type NoiseCCipher,
  type NoiseCHandshake,
} from "../secure/noise/noise_c.ts";
import { startClient, startServer } from "../support/start.ts";

const PROTOCOL = "Noise_XX_25519_ChaChaPoly_SHA256";
const EMPTY = new Uint8Array(0);
const noise = await loadNoiseC();
const { NOISE_ROLE_INITIATOR, NOISE_ROLE_RESPONDER } = noise.constants;

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const HELLO = bytesOf("HELLO\r\nVersion: 1\r\n\r\n");

/** A message: its method, its headers, its body. */
interface Said {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A secure connection. */
class Stranger implements Disposable {
  readonly #conn: Deno.Conn;
  #received: Uint8Array = EMPTY;
  #send: NoiseCCipher | undefined;
  #receive: NoiseCCipher | undefined;
  #text = "";
  #seq = 0;
  /** The key of the other side, in base64. */
  remoteKey = "";

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  static async call(where: string, key: Uint8Array): Promise<Stranger> {
    const [hostname = "", port] = where.split(":");
    const self = new Stranger(
      await Deno.connect({ hostname, port: Number(port) }),
    );
    const handshake = begin(NOISE_ROLE_INITIATOR, key);
    await self.#write(HELLO);
    await self.#writeFrame(handshake.WriteMessage(EMPTY));
    handshake.ReadMessage(await self.#readFrame(), true);
    await self.#writeFrame(handshake.WriteMessage(EMPTY));
    self.#goOn(handshake);
    return self;
  }

  static async answer(
    listener: Deno.Listener,
    key: Uint8Array,
  ): Promise<Stranger> {
    const self = new Stranger(await listener.accept());
    assertEquals(await self.#read(HELLO.length), HELLO);
    const handshake = begin(NOISE_ROLE_RESPONDER, key);
    handshake.ReadMessage(await self.#readFrame(), true);
    await self.#writeFrame(handshake.WriteMessage(EMPTY));
    handshake.ReadMessage(await self.#readFrame(), true);
    self.#goOn(handshake);
    return self;
  }

  /** Says something. */
  async say(
    method: string,
    headers: Record<string, string> = {},
    body = "",
  ): Promise<void> {
    const lines = Object.entries(headers).map(([name, value]) =>
      `${name}: ${value}\r\n`
    );
    const { length } = bytesOf(body);
    if (length > 0) lines.push(`Content-Length: ${length}\r\n`);
    await this.#writeRecord(`${method}\r\n${lines.join("")}\r\n${body}`);
  }

  /** Says that nothing more will be said. */
  async end(): Promise<void> {
    await this.#writeRecord("");
  }

  /** What is said next; undefined when the other side has said its last. */
  async hear(): Promise<Said | undefined> {
    for (;;) {
      const said = this.#take();
      if (said !== undefined) return said;
      const record = this.#receive?.DecryptWithAd(
        EMPTY,
        await this.#readFrame(),
      ) ?? EMPTY;
      if (record.length === 0) return undefined;
      this.#text += new TextDecoder().decode(record);
    }
  }

  /** What is said next with a method. */
  async hearOf(method: string): Promise<Said> {
    for (;;) {
      const said = await this.hear();
      if (said === undefined) throw new Error(`${method} was not said`);
      if (said.method === method) return said;
    }
  }

  /** The answer to a request. */
  async ask(
    method: string,
    headers: Record<string, string> = {},
  ): Promise<Said> {
    const seq = String(++this.#seq);
    await this.say(method, { Seq: seq, ...headers });
    for (;;) {
      const said = await this.hear();
      if (said === undefined) throw new Error(`${method} was not answered`);
      if (said.headers.Seq === seq) return said;
    }
  }

  [Symbol.dispose](): void {
    this.#send?.free();
    this.#receive?.free();
    this.#conn.close();
  }

  #goOn(handshake: NoiseCHandshake): void {
    this.remoteKey = handshake.GetRemotePublicKey().toBase64();
    [this.#send, this.#receive] = handshake.Split();
  }

  /** The first whole message of what has been heard. All is ASCII here. */
  #take(): Said | undefined {
    const end = this.#text.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const [method = "", ...lines] = this.#text.slice(0, end).split("\r\n");
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(":");
      headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
    }
    const start = end + 4;
    const length = Number(headers["Content-Length"] ?? 0);
    if (this.#text.length < start + length) return undefined;
    const body = this.#text.slice(start, start + length);
    this.#text = this.#text.slice(start + length);
    return { method, headers, body };
  }

  async #writeRecord(text: string): Promise<void> {
    await this.#writeFrame(
      this.#send?.EncryptWithAd(EMPTY, bytesOf(text)) ?? EMPTY,
    );
  }

  async #writeFrame(frame: Uint8Array): Promise<void> {
    await this.#write(
      Uint8Array.of(frame.length >> 8, frame.length & 255, ...frame),
    );
  }

  async #readFrame(): Promise<Uint8Array> {
    const [high = 0, low = 0] = await this.#read(2);
    return await this.#read(high * 256 + low);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    while (bytes.length > 0) {
      bytes = bytes.subarray(await this.#conn.write(bytes));
    }
  }

  async #read(length: number): Promise<Uint8Array> {
    while (this.#received.length < length) {
      const buffer = new Uint8Array(65536);
      const count = await this.#conn.read(buffer);
      if (count === null) throw new Error("the connection was cut");
      this.#received = Uint8Array.of(
        ...this.#received,
        ...buffer.subarray(0, count),
      );
    }
    const bytes = this.#received.slice(0, length);
    this.#received = this.#received.slice(length);
    return bytes;
  }
}

/** A header that a message has to have. */
function headerOf({ method, headers }: Said, name: string): string {
  const value = headers[name];
  if (value === undefined) throw new Error(`${method} has no ${name}`);
  return value;
}

function begin(role: number, key: Uint8Array): NoiseCHandshake {
  const handshake = noise.HandshakeState(PROTOCOL, role);
  handshake.Initialize(HELLO, key, null);
  return handshake;
}

Deno.test("a client that is written from PROTOCOL.md registers, bridges and talks with our programs", async () => {
  const { server, where } = await startServer();
  await using _server = server;
  const { client: alice } = await startClient("alice", where);
  await using _alice = alice;

  const key = crypto.getRandomValues(new Uint8Array(32));
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using registry = await Stranger.call(where, key);
  const registered = await registry.ask("REGISTER", {
    clientID: "stranger",
    Port: String(listener.addr.port),
  });
  assertEquals(registered.method, "REGACK");
  const own = `127.0.0.1:${listener.addr.port}`;
  assertEquals(registered.headers.Address, own);
  assertEquals((await registry.ask("PING")).method, "PONG");
  assertEquals((await registry.ask("SHOUT")).headers.Code, "400");

  const listed = await registry.ask("INFO", { Prefix: "", Limit: "1" });
  const [name, address, aliceKey] = listed.body.trim().split(" ");
  assertEquals([listed.headers.Clients, name], ["1", "alice"]);
  const next = await registry.ask("INFO", {
    After: headerOf(listed, "After"),
  });
  assert(next.body.startsWith(`stranger ${own} `), next.body);
  const bridged = await registry.ask("BRIDGE", { target: "alice" });
  assertEquals(bridged.headers.Candidates, address);
  assertEquals(bridged.headers.Key, aliceKey);
  const lookedUp = await registry.ask("LOOKUP", { target: "alice" });
  assertEquals([lookedUp.headers.Online, lookedUp.headers.Key], [
    "yes",
    aliceKey,
  ]);

  // It calls alice, says something, is answered, and hangs up.
  using calling = await Stranger.call(headerOf(bridged, "Candidates"), key);
  assertEquals(calling.remoteKey, aliceKey);
  await calling.say("CHAT", { clientID: "stranger" });
  assertEquals((await calling.hearOf("CHAT")).headers.clientID, "alice");
  const connected = await alice.event("connected");
  assertEquals([connected.name, connected.protection], ["stranger", "pinned"]);
  const ID = "01M86BV9B5K63MJ7WZW52Z0Y29";
  const Time = "2026-11-24T08:40:00.123Z";
  await calling.say("MSG", { ID, Time }, "hello from outside");
  assertEquals((await calling.hearOf("ACK")).headers.ID, ID);
  assertEquals((await alice.event("message")).text, "hello from outside");
  await calling.say("PING");
  await calling.hearOf("PONG");
  await alice.type("welcome");
  const said = await calling.hearOf("MSG");
  assertEquals(said.body, "welcome");
  await calling.say("ACK", { ID: headerOf(said, "ID") });
  assertEquals((await alice.event("delivered")).id, said.headers.ID);
  await calling.say("QUIT");
  await calling.end();
  while (await calling.hear() !== undefined);
  const ended = await alice.event("disconnected");
  assertEquals(ended.reason, "the peer hung up");

  // Alice calls it.
  await alice.type("/chat stranger");
  using called = await Stranger.answer(listener, key);
  assertEquals((await called.hearOf("CHAT")).headers.clientID, "alice");
  assertEquals(called.remoteKey, aliceKey);
  await called.say("CHAT", { clientID: "stranger" });
  await alice.event("connected");
  await alice.type("are you there?");
  const asked = await called.hearOf("MSG");
  assertEquals(asked.body, "are you there?");
  await called.say("ACK", { ID: headerOf(asked, "ID") });
  await alice.event("delivered");
  await alice.type("/hangup");
  assertEquals((await called.hearOf("QUIT")).method, "QUIT");
  assertEquals(await called.hear(), undefined);
  await called.end();

  assertEquals((await registry.ask("UNREGISTER")).method, "UNREGACK");
  await registry.end();
  assertEquals(await registry.hear(), undefined);
});
