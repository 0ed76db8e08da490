/**
 * A program that somebody else could write from PROTOCOL.md and a Noise
 * library, over TCP: noise-c, and nothing of this project's own code.
 */
import { assertEquals } from "@std/assert";
import { TcpWire, type Wire } from "../../lib/net/mod.ts";
import { Identity, secureConnect } from "../../lib/secure/mod.ts";
import { acceptSecure, alice, bob, readAll } from "../support/secure_wires.ts";
import { utf8 } from "../support/bytes.ts";
import {
  loadNoiseC,
  type NoiseCCipher,
  type NoiseCHandshake,
} from "./noise/noise_c.ts";

const PROTOCOL = "Noise_XX_25519_ChaChaPoly_SHA256";
const PROLOGUE = utf8("HELLO\r\nVersion: 1\r\n\r\n");
const HELLO = "HELLO\r\nVersion: 1\r\nHandshake: ";
/** How many bytes a HELLO has. */
const HELLO_BYTES = HELLO.length + 44 + 4;
const EMPTY = new Uint8Array(0);
const noise = await loadNoiseC();

/** A socket, as a program in another language has one. */
class Socket {
  readonly #conn: Deno.Conn;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  async send(bytes: Uint8Array): Promise<void> {
    while (bytes.length > 0) {
      bytes = bytes.subarray(await this.#conn.write(bytes));
    }
  }

  async receive(length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    for (let got = 0; got < length;) {
      const count = await this.#conn.read(bytes.subarray(got));
      if (count === null) throw new Error("the connection ended");
      got += count;
    }
    return bytes;
  }

  async sendHello(first: Uint8Array): Promise<void> {
    await this.send(utf8(`${HELLO}${first.toBase64()}\r\n\r\n`));
  }

  async receiveHello(): Promise<Uint8Array> {
    const bytes = await this.receive(HELLO_BYTES);
    const hello = new TextDecoder().decode(bytes);
    assertEquals(hello.slice(0, HELLO.length), HELLO);
    assertEquals(hello.slice(-4), "\r\n\r\n");
    return Uint8Array.fromBase64(hello.slice(HELLO.length, -4));
  }

  async sendMessage(message: Uint8Array): Promise<void> {
    await this.send(Uint8Array.of(message.length >> 8, message.length & 255));
    await this.send(message);
  }

  async receiveMessage(): Promise<Uint8Array> {
    const [high = 0, low = 0] = await this.receive(2);
    return this.receive(high * 256 + low);
  }

  close(): void {
    this.#conn.close();
  }
}

/** Sends a text and the end, and returns what came before the other's end. */
async function exchange(
  socket: Socket,
  [send, receive]: [NoiseCCipher, NoiseCCipher],
  text: string,
): Promise<string> {
  await socket.sendMessage(send.EncryptWithAd(EMPTY, utf8(text)));
  await socket.sendMessage(send.EncryptWithAd(EMPTY, EMPTY));
  let heard = "";
  for (;;) {
    const record = await socket.receiveMessage();
    const part = receive.DecryptWithAd(EMPTY, record);
    if (part.length === 0) break;
    heard += new TextDecoder().decode(part);
  }
  send.free();
  receive.free();
  return heard;
}

/** What one of our own programs does with an open connection. */
async function converse(wire: Wire, text: string): Promise<string> {
  await wire.write(utf8(text));
  await wire.closeWrite();
  const { bytes: heard, error } = await readAll(wire);
  assertEquals(error, undefined);
  return new TextDecoder().decode(heard);
}

function begin(identity: Identity, role: number): NoiseCHandshake {
  const handshake = noise.HandshakeState(PROTOCOL, role);
  handshake.Initialize(PROLOGUE, identity.exportPrivateKey(), null);
  return handshake;
}

/** A connection between a stranger's socket and one of our wires. */
async function connection(): Promise<[Socket, TcpWire]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [conn, ours] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port }),
    listener.accept(),
  ]);
  return [new Socket(conn), new TcpWire(ours)];
}

Deno.test("a stranger with a Noise library can connect, speak, hear and hang up", async () => {
  const stranger = Identity.generate();
  const [socket, wire] = await connection();
  const accepting = acceptSecure(wire);

  const handshake = begin(stranger, noise.constants.NOISE_ROLE_INITIATOR);
  await socket.sendHello(handshake.WriteMessage(EMPTY));
  handshake.ReadMessage(await socket.receiveMessage(), true);
  await socket.sendMessage(handshake.WriteMessage(EMPTY));
  assertEquals(handshake.GetRemotePublicKey(), bob.publicKey);
  const theirs = exchange(socket, handshake.Split(), "hello from outside");

  const ours = await accepting;
  assertEquals(ours.remoteKey, stranger.publicKey);
  assertEquals(await converse(ours, "welcome"), "hello from outside");
  assertEquals(await theirs, "welcome");
  ours.close();
  socket.close();
});

Deno.test("a stranger with a Noise library can be connected to", async () => {
  const stranger = Identity.generate();
  const [socket, wire] = await connection();
  const connecting = secureConnect(wire, alice);

  const handshake = begin(stranger, noise.constants.NOISE_ROLE_RESPONDER);
  handshake.ReadMessage(await socket.receiveHello(), true);
  await socket.sendMessage(handshake.WriteMessage(EMPTY));
  handshake.ReadMessage(await socket.receiveMessage(), true);
  assertEquals(handshake.GetRemotePublicKey(), alice.publicKey);
  const theirs = exchange(socket, handshake.Split(), "come in");

  const ours = await connecting;
  assertEquals(ours.remoteKey, stranger.publicKey);
  assertEquals(await converse(ours, "is anybody there?"), "come in");
  assertEquals(await theirs, "is anybody there?");
  ours.close();
  socket.close();
});
