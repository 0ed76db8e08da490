import { assertEquals, assertThrows } from "@std/assert";
import { encodeMessage, type Header, Message } from "../../lib/framing/mod.ts";
import {
  HandshakeError,
  readHello,
  SECURE_VERSION,
  UnsupportedVersionError,
} from "../../lib/secure/mod.ts";
import { HELLO_PROLOGUE, helloBytes } from "../../lib/secure/hello.ts";
import { utf8 } from "../support/bytes.ts";
import {
  FIRST_MESSAGE,
  HELLO,
  MALFORMED_HANDSHAKES,
} from "../support/hello.ts";

const VERSION: Header = ["Version", "1"];
const HANDSHAKE: Header = ["Handshake", FIRST_MESSAGE.toBase64()];

Deno.test("HELLO is these bytes", () => {
  assertEquals(helloBytes(FIRST_MESSAGE), utf8(HELLO));
  assertEquals(
    helloBytes(FIRST_MESSAGE),
    encodeMessage(new Message("HELLO", [VERSION, HANDSHAKE])),
  );
});

Deno.test("the prologue is the bytes of HELLO without its handshake", () => {
  assertEquals(HELLO_PROLOGUE, utf8("HELLO\r\nVersion: 1\r\n\r\n"));
});

Deno.test("a HELLO of the version that is spoken gives the first message of the handshake", () => {
  const [, key] = HANDSHAKE;
  const spellings: Header[][] = [
    [VERSION, HANDSHAKE],
    [HANDSHAKE, VERSION],
    [["version", "1"], ["handshake", key]],
    [["HANDSHAKE", key], ["VERSION", "1"]],
  ];
  for (const headers of spellings) {
    assertEquals(readHello(new Message("HELLO", headers)), FIRST_MESSAGE);
  }
});

Deno.test("each first message of a handshake comes out of HELLO as it went in", () => {
  for (let n = 0; n < 1000; n++) {
    const handshake = crypto.getRandomValues(new Uint8Array(32));
    const headers: Header[] = [VERSION, ["Handshake", handshake.toBase64()]];
    assertEquals(readHello(new Message("HELLO", headers)), handshake);
  }
});

Deno.test("a HELLO of another version is refused with the one that is spoken", () => {
  for (const asked of ["2", "0", "01", "1.0", " 1", "1 ", "", undefined]) {
    const version = asked === undefined ? [] : [["Version", asked] as const];
    // Whatever else another version may say or leave out.
    for (const rest of [[], [HANDSHAKE], [["Handshake", "?"] as const]]) {
      const error = assertThrows(
        () => readHello(new Message("HELLO", [...version, ...rest], "body")),
        UnsupportedVersionError,
        "version 1",
      );
      assertEquals(error.asked, asked);
      assertEquals(error.supported, SECURE_VERSION);
    }
  }
});

Deno.test("a HELLO that holds anything else, or is none, is refused", () => {
  const others = [
    new Message("HELLO", [VERSION, HANDSHAKE, ["clientID", "alice"]]),
    new Message("HELLO", [VERSION, HANDSHAKE, ["Version", "2"]]),
    new Message("HELLO", [VERSION, HANDSHAKE, HANDSHAKE]),
    new Message("HELLO", [VERSION, HANDSHAKE], "body"),
    new Message("hello", [VERSION, HANDSHAKE]),
    new Message("REGISTER", [VERSION, HANDSHAKE]),
  ];
  for (const other of others) {
    assertThrows(() => readHello(other), HandshakeError);
  }
});

Deno.test("a HELLO without a handshake is refused", () => {
  assertThrows(
    () => readHello(new Message("HELLO", [VERSION])),
    HandshakeError,
    "Handshake is missing",
  );
});

for (const [what, handshake] of MALFORMED_HANDSHAKES) {
  Deno.test(`a HELLO whose handshake is or has ${what} is refused`, () => {
    const hello = new Message("HELLO", [VERSION, ["Handshake", handshake]]);
    assertThrows(() => readHello(hello), HandshakeError, "Handshake");
  });
}
