import { assert, assertThrows } from "@std/assert";
import { encodeMessage, Message } from "../../lib/framing/mod.ts";
import {
  Identity,
  InvalidKeyError,
  isRotated,
  type KeyChange,
  seal,
  SealError,
  sealRotation,
  unseal,
} from "../../lib/secure/mod.ts";
import { withFlippedBit } from "../support/flip_bit.ts";

const K1 = Identity.generate();
const K2 = Identity.generate();
const K3 = Identity.generate();
const BOB = Identity.generate();
const CAROL = Identity.generate();

function base64(identity: Identity): string {
  return identity.publicKey.toBase64();
}

/** The statement of an identity, to bob, that another one replaces it. */
function statement(
  old: Identity,
  next: Identity,
  { clientID = "alice", to = BOB } = {},
): Uint8Array {
  const newKey = base64(next);
  return sealRotation(to.publicKey, old, { clientID, newKey });
}

function change(from: Identity, to: Identity): KeyChange {
  return { clientID: "alice", fromKey: base64(from), toKey: base64(to) };
}

Deno.test("the old key states which key takes its place", () => {
  const sealed = statement(K1, K2);
  assert(isRotated([BOB], [sealed], change(K1, K2)));
  assert(!isRotated([BOB], [], change(K1, K2)));
  assert(!isRotated([BOB], [sealed], change(K1, K3)), "another new key");
  assert(!isRotated([BOB], [sealed], change(K2, K1)), "the way back");
  assert(!isRotated([BOB], [sealed], change(K3, K2)), "another old key");
});

Deno.test("a key that states its own rotation replaces nothing", () => {
  const own = statement(K2, K2);
  assert(!isRotated([BOB], [own], change(K1, K2)));
  assert(!isRotated([BOB], [own], change(K2, K2)));
});

Deno.test("a statement is for one client ID, and for one recipient", () => {
  const other = statement(K1, K2, { clientID: "Alice" });
  assert(!isRotated([BOB], [other], change(K1, K2)));
  const forCarol = statement(K1, K2, { to: CAROL });
  assert(!isRotated([BOB], [forCarol], change(K1, K2)));
  assert(isRotated([BOB, CAROL], [forCarol], change(K1, K2)));
});

Deno.test("several rotations lead from the known key to the proved one, in order", () => {
  const [first, second] = [statement(K1, K2), statement(K2, K3)];
  assert(isRotated([BOB], [first, second], change(K1, K3)));
  assert(isRotated([BOB], [first, second], change(K2, K3)), "one is known");
  assert(!isRotated([BOB], [second, first], change(K1, K3)), "out of order");
  assert(!isRotated([BOB], [first, second], change(K1, K2)), "a former key");
  assert(!isRotated([BOB], [second], change(K1, K3)), "one is missing");
  const back = statement(K2, K1);
  assert(!isRotated([BOB], [first, back], change(K1, K1)));
});

Deno.test("a statement with a bit of any byte changed proves nothing", () => {
  const sealed = statement(K1, K2);
  for (let i = 0; i < sealed.length; i++) {
    const altered = withFlippedBit(sealed, i, i % 8);
    assert(!isRotated([BOB], [altered], change(K1, K2)));
  }
});

Deno.test("a letter is never a statement, nor a statement a letter", () => {
  const sealed = statement(K1, K2);
  assertThrows(() => unseal(BOB, sealed), SealError);
  const text = encodeMessage(
    new Message("ROTATE", [["clientID", "alice"], ["Key", base64(K2)]]),
  );
  assert(
    isRotated(
      [BOB],
      [seal(BOB.publicKey, K1, text, "rotation")],
      change(K1, K2),
    ),
  );
  const letter = seal(BOB.publicKey, K1, text);
  assert(!isRotated([BOB], [letter], change(K1, K2)));
});

Deno.test("what is sealed as a statement and is none proves nothing", () => {
  const key = ["Key", base64(K2)] as const;
  const clientID = ["clientID", "alice"] as const;
  const texts = [
    "",
    "ROTATE\r\n",
    "\0",
    new Message("MSG", [clientID, key]),
    new Message("ROTATE", [clientID]),
    new Message("ROTATE", [key]),
    new Message("ROTATE", [clientID, ["Key", "x"]]),
  ];
  for (const text of texts) {
    const bytes = typeof text === "string"
      ? new TextEncoder().encode(text)
      : encodeMessage(text);
    const sealed = seal(BOB.publicKey, K1, bytes, "rotation");
    assert(!isRotated([BOB], [sealed], change(K1, K2)), Deno.inspect(text));
  }
});

Deno.test("a statement for no key is not sealed", () => {
  const rotation = { clientID: "alice", newKey: base64(K2) };
  assertThrows(
    () => sealRotation(new Uint8Array(32), K1, rotation),
    InvalidKeyError,
  );
});
