import { assertEquals, assertThrows } from "@std/assert";
import { encodeMessage, Message } from "../../../lib/framing/mod.ts";
import { sealLetter, unsealLetter } from "../../../lib/peer/delivery/codec.ts";
import { PeerError } from "../../../lib/peer/mod.ts";
import {
  type LetterContent,
  ProtocolError,
} from "../../../lib/protocol/mod.ts";
import { Identity, seal } from "../../../lib/secure/mod.ts";

const alice = Identity.generate();
const bob = Identity.generate();
const ALICE = alice.publicKey.toBase64();
const BOB = bob.publicKey.toBase64();
const ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

const LETTERS: LetterContent[] = [
  { from: "alice", message: { id: ID, time: 1_700_000_000_000, text: "hi" } },
  { from: "alice", delivered: [ID, "01ARZ3NDEKTSV4RRFFQ69G5FAW"] },
];

for (const letter of LETTERS) {
  const what = "message" in letter ? "a text" : "a receipt";
  Deno.test(`${what} that is sealed is opened as it was, with its sender's key`, () => {
    const sealed = sealLetter(BOB, alice, letter);
    assertEquals(unsealLetter(bob, sealed), { letter, senderKey: ALICE });
  });
}

Deno.test("a letter that is too long to be sealed is refused in words", () => {
  const message = { id: ID, time: 0, text: "a".repeat(65_536) };
  assertThrows(
    () => sealLetter(BOB, alice, { from: "alice", message }),
    PeerError,
    "too long",
  );
});

Deno.test("sealed bytes that are not a letter are refused", () => {
  const quit = new Message("QUIT", [["clientID", "alice"]]);
  const sealed = seal(bob.publicKey, alice, encodeMessage(quit));
  assertThrows(() => unsealLetter(bob, sealed), ProtocolError);
});
