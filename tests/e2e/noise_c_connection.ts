import { assertEquals } from "@std/assert";
import {
  loadNoiseC,
  type NoiseCCipher,
  type NoiseCHandshake,
} from "../secure/noise/noise_c.ts";
import { utf8 } from "../support/bytes.ts";

const PROTOCOL = "Noise_XX_25519_ChaChaPoly_SHA256";
const EMPTY = new Uint8Array(0);
const noise = await loadNoiseC();
const { NOISE_ROLE_INITIATOR, NOISE_ROLE_RESPONDER } = noise.constants;

const PROLOGUE = utf8("HELLO\r\nVersion: 1\r\n\r\n");
const HELLO = "HELLO\r\nVersion: 1\r\nHandshake: ";
/** How many bytes a HELLO has. */
const HELLO_BYTES = HELLO.length + 44 + 4;

/** A message that has arrived. */
export interface ReceivedMessage {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/**
 * A connection in the secure mode as another program could make it from
 * PROTOCOL.md and a Noise library: noise-c, a socket, and none of this project's
 * own code.
 */
export class NoiseCConnection implements Disposable {
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

  /** Connects under a private key. */
  static async connect(
    where: string,
    key: Uint8Array,
  ): Promise<NoiseCConnection> {
    const [hostname = "", port] = where.split(":");
    const self = new NoiseCConnection(
      await Deno.connect({ hostname, port: Number(port) }),
    );
    const handshake = startHandshake(NOISE_ROLE_INITIATOR, key);
    const first = handshake.WriteMessage(EMPTY);
    await self.#write(utf8(`${HELLO}${first.toBase64()}\r\n\r\n`));
    handshake.ReadMessage(await self.#readFrame(), true);
    await self.#writeFrame(handshake.WriteMessage(EMPTY));
    self.#startRecords(handshake);
    return self;
  }

  /** Accepts the next connection under a private key. */
  static async accept(
    listener: Deno.Listener,
    key: Uint8Array,
  ): Promise<NoiseCConnection> {
    const self = new NoiseCConnection(await listener.accept());
    const hello = new TextDecoder().decode(await self.#read(HELLO_BYTES));
    assertEquals(hello.slice(0, HELLO.length), HELLO);
    assertEquals(hello.slice(-4), "\r\n\r\n");
    const first = Uint8Array.fromBase64(hello.slice(HELLO.length, -4));
    const handshake = startHandshake(NOISE_ROLE_RESPONDER, key);
    handshake.ReadMessage(first, true);
    await self.#writeFrame(handshake.WriteMessage(EMPTY));
    handshake.ReadMessage(await self.#readFrame(), true);
    self.#startRecords(handshake);
    return self;
  }

  /** Sends a message. */
  async send(
    method: string,
    headers: Record<string, string> = {},
    body = "",
  ): Promise<void> {
    const lines = Object.entries(headers).map(([name, value]) =>
      `${name}: ${value}\r\n`
    );
    const { length } = utf8(body);
    if (length > 0) lines.push(`Content-Length: ${length}\r\n`);
    await this.#writeRecord(`${method}\r\n${lines.join("")}\r\n${body}`);
  }

  /** Says that no more will be sent: an empty record. */
  async closeWrite(): Promise<void> {
    await this.#writeRecord("");
  }

  /** The next message; undefined at the end. */
  async receive(): Promise<ReceivedMessage | undefined> {
    for (;;) {
      const message = this.#take();
      if (message !== undefined) return message;
      const record = this.#receive?.DecryptWithAd(
        EMPTY,
        await this.#readFrame(),
      ) ?? EMPTY;
      if (record.length === 0) return undefined;
      this.#text += new TextDecoder().decode(record);
    }
  }

  /** The next message with a method; those before it are passed over. */
  async until(method: string): Promise<ReceivedMessage> {
    for (;;) {
      const message = await this.receive();
      if (message === undefined) throw new Error(`${method} did not arrive`);
      if (message.method === method) return message;
    }
  }

  /** Sends a request with the next `Seq`, and gives its reply. */
  async request(
    method: string,
    headers: Record<string, string> = {},
  ): Promise<ReceivedMessage> {
    const seq = String(++this.#seq);
    await this.send(method, { Seq: seq, ...headers });
    for (;;) {
      const message = await this.receive();
      if (message === undefined) throw new Error(`${method} was not answered`);
      if (message.headers.Seq === seq) return message;
    }
  }

  [Symbol.dispose](): void {
    this.#send?.free();
    this.#receive?.free();
    this.#conn.close();
  }

  #startRecords(handshake: NoiseCHandshake): void {
    this.remoteKey = handshake.GetRemotePublicKey().toBase64();
    [this.#send, this.#receive] = handshake.Split();
  }

  /** The first whole message that has arrived. All is ASCII here. */
  #take(): ReceivedMessage | undefined {
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
      this.#send?.EncryptWithAd(EMPTY, utf8(text)) ?? EMPTY,
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
      if (count === null) throw new Error("the connection was closed");
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
export function headerOf(
  { method, headers }: ReceivedMessage,
  name: string,
): string {
  const value = headers[name];
  if (value === undefined) throw new Error(`${method} has no ${name}`);
  return value;
}

function startHandshake(role: number, key: Uint8Array): NoiseCHandshake {
  const handshake = noise.HandshakeState(PROTOCOL, role);
  handshake.Initialize(PROLOGUE, key, null);
  return handshake;
}
