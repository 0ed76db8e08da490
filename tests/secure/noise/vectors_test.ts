import { assert, assertEquals } from "@std/assert";
import type { CipherState } from "../../../lib/secure/noise/cipher_state.ts";
import { Handshake } from "../../../lib/secure/noise/handshake.ts";
import {
  importKeyPair,
  type KeyPair,
} from "../../../lib/secure/noise/x25519.ts";
import { type Pattern, X, XX } from "../../../lib/secure/noise/patterns.ts";
import { fromHex } from "../../support/bytes.ts";

/** The published vectors, laid beside the repository; not everybody has them. */
const FILE = new URL("../../../../shared/vectors/noise.json", import.meta.url);

/** One known handshake, and some transport messages after it, in hex. */
interface Vector {
  readonly protocol_name: string;
  readonly init_prologue: string;
  readonly init_static: string;
  readonly init_ephemeral: string;
  readonly init_remote_static?: string;
  readonly resp_prologue: string;
  readonly resp_static: string;
  readonly resp_ephemeral?: string;
  readonly handshake_hash: string;
  readonly messages: readonly { payload: string; ciphertext: string }[];
}

function load(): Vector[] {
  try {
    return JSON.parse(Deno.readTextFileSync(FILE)).vectors;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function keys(hex: string | undefined): KeyPair {
  if (hex === undefined) throw new Error("the vector has no such key");
  return importKeyPair(fromHex(hex));
}

function handshakes(pattern: Pattern, vector: Vector): [Handshake, Handshake] {
  const remote = vector.init_remote_static;
  return [
    new Handshake({
      pattern,
      initiator: true,
      prologue: fromHex(vector.init_prologue),
      staticKeys: keys(vector.init_static),
      remoteStatic: remote === undefined ? undefined : fromHex(remote),
      ephemeral: () => keys(vector.init_ephemeral),
    }),
    new Handshake({
      pattern,
      initiator: false,
      prologue: fromHex(vector.resp_prologue),
      staticKeys: keys(vector.resp_static),
      ephemeral: () => keys(vector.resp_ephemeral),
    }),
  ];
}

function transport(
  send: CipherState,
  receive: CipherState,
  payload: Uint8Array,
): Uint8Array {
  const none = new Uint8Array(0);
  const message = new Uint8Array(payload.length + send.overhead);
  send.encrypt(none, payload, message);
  assertEquals(receive.decrypt(none, message), payload);
  return message;
}

function check(pattern: Pattern, vector: Vector): void {
  const sides = handshakes(pattern, vector);
  const count = pattern.messages.length;
  const oneWay = count === 1;
  for (const [i, { payload, ciphertext }] of vector.messages.entries()) {
    if (i >= count) break;
    const [from, to] = i % 2 === 0 ? sides : [sides[1], sides[0]];
    const message = from.write(fromHex(payload));
    assertEquals(message.toHex(), ciphertext, `handshake message ${i}`);
    assertEquals(to.read(message).toHex(), payload);
  }
  const sessions = [sides[0].split(), sides[1].split()] as const;
  for (const { hash } of sessions) {
    assertEquals(hash.toHex(), vector.handshake_hash);
  }
  for (const [i, { payload, ciphertext }] of vector.messages.entries()) {
    if (i < count) continue;
    const [from, to] = oneWay || i % 2 === 0
      ? sessions
      : [sessions[1], sessions[0]];
    const message = transport(from.send, to.receive, fromHex(payload));
    assertEquals(message.toHex(), ciphertext, `transport message ${i}`);
  }
}

const vectors = load();
for (const pattern of vectors.length === 0 ? [] : [XX, X]) {
  const name = pattern.protocolName;
  Deno.test(`${name} gives the published answers`, () => {
    const own = vectors.filter((vector) => vector.protocol_name === name);
    assert(own.length > 0, "the file has no vector for it");
    for (const vector of own) check(pattern, vector);
  });
}
