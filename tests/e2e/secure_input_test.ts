import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Address } from "../../lib/net/mod.ts";
import { HELLO } from "../support/hello.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import type { Program } from "../support/program.ts";
import { startPrograms } from "../support/program_network.ts";
import { SeededRandom } from "../support/seeded_random.ts";

/** How many attacks each program gets. */
const ROUNDS = 150;

/** Sends malformed and unexpected bytes. */
class Fuzzer {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** Attacks an address in a random way. */
  async attack(address: Address): Promise<void> {
    try {
      if (this.#below(3) === 0) await this.#attackHandshake(address);
      else await this.#attackRecords(address);
    } catch {
      // The program may cut it off.
    }
  }

  async #attackHandshake(address: Address): Promise<void> {
    using socket = await PlainSocket.connect(address);
    const rest = socket.rest().catch(() => "");
    const frame = (length: number) =>
      Uint8Array.of(length >> 8, length & 255, ...this.#bytes(length));
    await socket.send(this.#pick([HELLO, HELLO, this.#mutated(HELLO), ""]));
    await socket.send(frame(this.#pick([64, 64, 96, this.#below(70_000)])));
    if (this.#below(2) === 0) await socket.send(frame(64));
    await socket.closeWrite();
    if (this.#below(2) === 0) await rest;
  }

  async #attackRecords(address: Address): Promise<void> {
    using socket = await SecureSocket.connect(address);
    for (let n = this.#below(5); n >= 0; n--) {
      await socket.sendBytes(
        this.#below(8) === 0
          ? this.#bytes(this.#below(100_000))
          : this.#mutated(this.#pick(REQUESTS)),
      );
    }
    if (this.#below(2) === 0) return;
    await socket.closeWrite();
    if (this.#below(2) === 0) await socket.rest();
  }

  /** A text with some characters changed, removed or inserted. */
  #mutated(text: string): string {
    let mutated = text;
    for (let n = this.#below(4); n > 0; n--) {
      const at = this.#below(mutated.length);
      const put = this.#pick([
        "",
        "\0",
        "\r",
        "\n",
        ":",
        " ",
        "9",
        "é",
        "\u2028",
      ]);
      mutated = mutated.slice(0, at) + put +
        mutated.slice(at + this.#below(3));
    }
    return mutated;
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#below(256));
  }

  #pick<T>(of: readonly T[]): T {
    return this.#random.one(of);
  }

  #below(limit: number): number {
    return Math.floor(this.#random.number(0, limit));
  }
}

/** Valid messages to a registry or to a peer. */
const REQUESTS = [
  "REGISTER\r\nSeq: 1\r\nclientID: mallory\r\nPort: 1\r\n\r\n",
  "REGISTER\r\nSeq: 1\r\nclientID: alice\r\nPort: 65535\r\nPlain: yes\r\n\r\n",
  "UNREGISTER\r\nSeq: 2\r\n\r\n",
  "PING\r\nSeq: 3\r\n\r\n",
  "INFO\r\nSeq: 4\r\nPrefix: a\r\nLimit: 1\r\nAfter: alice\r\n\r\n",
  "BRIDGE\r\nSeq: 5\r\ntarget: alice\r\n\r\n",
  "LOOKUP\r\nSeq: 6\r\ntarget: bob\r\n\r\n",
  "DEPOSIT\r\nSeq: 7\r\ntarget: bob\r\nKey: A=\r\nContent-Length: 3\r\n\r\nabc",
  "COLLECT\r\nSeq: 8\r\nDone: 99999\r\nAfter: 99999\r\n\r\n",
  "CHAT\r\nclientID: mallory\r\n\r\n",
  "CHAT\r\nclientID: alice\r\n\r\n",
  "MSG\r\nID: 01M86BV9B5K63MJ7WZW52Z0Y29\r\nTime: 2026-11-24T08:40:00Z\r\n" +
  "Content-Length: 2\r\n\r\nhi",
  "ACK\r\nID: 01M86BV9B5K63MJ7WZW52Z0Y29\r\n\r\n",
  "PING\r\n\r\n",
  "QUIT\r\n\r\n",
];

async function says(from: Program, to: Program, text: string): Promise<void> {
  await from.type(JSON.stringify({ text, to: "bob" }));
  for (;;) {
    const event = await to.event("message");
    if (event.text === text) return;
  }
}

Deno.test("whatever is sent to a registry and to a peer, both keep running", async () => {
  const seed = Date.now() % 2 ** 31;
  const fuzzer = new Fuzzer(seed);
  await using network = await startPrograms();
  const { server, address, alice, aliceAddress, bob } = network;
  await alice.type("/chat bob");
  await alice.event("connected");
  for (let n = 0; n < ROUNDS; n++) {
    const attacks = [fuzzer.attack(address), fuzzer.attack(aliceAddress)];
    if (n % 10 === 0) await says(alice, bob, `still here ${n}, ${seed}`);
    await Promise.all(attacks);
  }
  await alice.type("/info");
  await alice.event("clients");
  await says(alice, bob, "that was all");
  for (const program of [alice, bob]) {
    await program.type("/quit");
    const { code, stderr } = await program.end();
    assertEquals([code, stderr], [0, ""], `seed ${seed}`);
  }
  if (Deno.build.os === "windows") return;
  server.signal("SIGTERM");
  const { code, stderr } = await server.end();
  assertEquals(code, 0, `seed ${seed}`);
  assert(!/ failed /.test(stderr), `seed ${seed}: ${stderr}`);
  assertMatch(stderr, / refused /);
});
