/** The examples of docs/PROTOCOL.md, made anew from the keys that it names. */
import { assert, assertEquals } from "@std/assert";
import {
  fingerprint,
  Identity,
  isRotated,
  safetyNumber,
  unseal,
} from "../../lib/secure/mod.ts";
import { HELLO_PROLOGUE, helloBytes } from "../../lib/secure/hello.ts";
import { formatIdentity } from "../../lib/secure/identity/identity_text.ts";
import type { CipherState } from "../../lib/secure/noise/cipher_state.ts";
import { Handshake } from "../../lib/secure/noise/handshake.ts";
import { importKeyPair, type KeyPair } from "../../lib/secure/noise/x25519.ts";
import { X, XX } from "../../lib/secure/noise/patterns.ts";
import { withLengthPrefix } from "../../lib/secure/record/record.ts";
import { utf8 } from "../support/bytes.ts";

const EMPTY = new Uint8Array(0);
const PAGE = await Deno.readTextFile(
  new URL("../../docs/PROTOCOL.md", import.meta.url),
);

/** A key pair whose private key is one byte, 32 times. */
function keys(byte: number): KeyPair {
  return importKeyPair(new Uint8Array(32).fill(byte));
}

const [STATIC_A, STATIC_B] = [keys(1), keys(2)];
const [EPHEMERAL_A, EPHEMERAL_B] = [keys(3), keys(4)];

/** The page's digits, one behind the other: how they are broken is its own. */
const DIGITS = PAGE.replaceAll(/[\s→←]/g, "");

function assertOnPage(what: string, bytes: Uint8Array): void {
  assert(
    DIGITS.includes(bytes.toHex()),
    `${what} is not there: ${bytes.toHex()}`,
  );
}

function record(cipher: CipherState, text: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(text.length + cipher.overhead);
  cipher.encrypt(EMPTY, text, sealed);
  return withLengthPrefix(sealed);
}

Deno.test("PROTOCOL.md shows a handshake and its first records as they are", () => {
  const prologue = HELLO_PROLOGUE;
  const a = new Handshake({
    pattern: XX,
    initiator: true,
    prologue,
    staticKeys: STATIC_A,
    ephemeral: () => EPHEMERAL_A,
  });
  const b = new Handshake({
    pattern: XX,
    initiator: false,
    prologue,
    staticKeys: STATIC_B,
    ephemeral: () => EPHEMERAL_B,
  });
  const first = a.write(EMPTY);
  b.read(first);
  const second = b.write(EMPTY);
  a.read(second);
  const third = a.write(EMPTY);
  b.read(third);
  assert(PAGE.includes(`\n→ Handshake: ${first.toBase64()}\n`));
  assertOnPage("HELLO", helloBytes(first));
  assertOnPage("the second message", withLengthPrefix(second));
  assertOnPage("the third message", withLengthPrefix(third));
  const [ofA, ofB] = [a.split(), b.split()];
  assertOnPage("the handshake hash", ofA.hash);
  assertOnPage("a record forth", record(ofA.send, utf8("PING\r\n\r\n")));
  assertOnPage("a record back", record(ofB.send, utf8("PONG\r\n\r\n")));
  assertOnPage("the end forth", record(ofA.send, EMPTY));
  while (ofB.send.count < 65536) record(ofB.send, EMPTY);
  ofB.send.rekey();
  const next = record(ofB.send, utf8("PONG\r\n\r\n"));
  assertOnPage("a record after a change of keys", next);
});

Deno.test("PROTOCOL.md shows a sealed message as it is", () => {
  const writer = new Handshake({
    pattern: X,
    initiator: true,
    prologue: utf8("p2pchat sealed message 1"),
    staticKeys: STATIC_A,
    remoteStatic: STATIC_B.publicKey,
    ephemeral: () => EPHEMERAL_A,
  });
  const sealed = writer.write(utf8("hello"));
  assertOnPage("the sealed message", sealed);
  const recipient = Identity.fromPrivateKey(new Uint8Array(32).fill(2));
  const { plaintext, senderKey } = unseal(recipient, sealed);
  assertEquals(plaintext, utf8("hello"));
  assertEquals(senderKey, STATIC_A.publicKey);
});

Deno.test("PROTOCOL.md shows a statement of a rotated key as it is", () => {
  const writer = new Handshake({
    pattern: X,
    initiator: true,
    prologue: utf8("p2pchat key rotation 1"),
    staticKeys: STATIC_A,
    remoteStatic: STATIC_B.publicKey,
    ephemeral: () => EPHEMERAL_A,
  });
  const toKey = keys(5).publicKey.toBase64();
  const statement = writer.write(
    utf8(`ROTATE\r\nclientID: alice\r\nKey: ${toKey}\r\n\r\n`),
  );
  assertOnPage("the statement", statement);
  const recipient = Identity.fromPrivateKey(new Uint8Array(32).fill(2));
  const fromKey = STATIC_A.publicKey.toBase64();
  const change = { clientID: "alice", fromKey, toKey };
  assert(isRotated([recipient], [statement], change));
});

Deno.test("PROTOCOL.md shows keys, fingerprints and a safety number as they are", () => {
  for (const { publicKey } of [STATIC_A, STATIC_B]) {
    assert(PAGE.includes(publicKey.toHex()), publicKey.toHex());
    assert(PAGE.includes(fingerprint(publicKey)), fingerprint(publicKey));
  }
  const number = safetyNumber(STATIC_A.publicKey, STATIC_B.publicKey);
  assert(PAGE.includes(`\n${number}\n`), number);
});

Deno.test("PROTOCOL.md shows an identity's file as it is", () => {
  const identity = Identity.fromPrivateKey(new Uint8Array(32).fill(1));
  const text = formatIdentity(identity);
  assert(PAGE.includes(`\n${text}\`\`\`\n`), text);
});
