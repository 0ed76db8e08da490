import { assertEquals, assertThrows } from "@std/assert";
import { encodeMessage, Message } from "../../lib/framing/mod.ts";
import {
  checkHello,
  HandshakeError,
  SECURE_VERSION,
  UnsupportedVersionError,
} from "../../lib/secure/mod.ts";
import { helloBytes } from "../../lib/secure/hello.ts";
import { utf8 } from "../support/bytes.ts";

Deno.test("HELLO is these bytes", () => {
  assertEquals(helloBytes(), utf8("HELLO\r\nVersion: 1\r\n\r\n"));
  assertEquals(
    helloBytes(),
    encodeMessage(new Message("HELLO", [["Version", "1"]])),
  );
});

Deno.test("a HELLO of the version that is spoken is accepted", () => {
  checkHello(new Message("HELLO", [["Version", "1"]]));
  checkHello(new Message("HELLO", [["version", "1"]]));
});

Deno.test("a HELLO of another version is refused with the one that is spoken", () => {
  for (const asked of ["2", "0", "01", "1.0", " 1", "1 ", "", undefined]) {
    const headers = asked === undefined ? [] : [["Version", asked] as const];
    const error = assertThrows(
      () => checkHello(new Message("HELLO", headers)),
      UnsupportedVersionError,
      "version 1",
    );
    assertEquals(error.asked, asked);
    assertEquals(error.supported, SECURE_VERSION);
  }
});

Deno.test("a HELLO that holds anything else, or is none, is refused", () => {
  const others = [
    new Message("HELLO", [["Version", "1"], ["clientID", "alice"]]),
    new Message("HELLO", [["Version", "1"], ["Version", "2"]]),
    new Message("HELLO", [["Version", "1"]], "body"),
    new Message("hello", [["Version", "1"]]),
    new Message("REGISTER", [["Version", "1"]]),
  ];
  for (const other of others) {
    assertThrows(() => checkHello(other), HandshakeError);
  }
});
