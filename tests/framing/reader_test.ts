import { assertEquals, assertThrows } from "@std/assert";
import {
  BodyTooLargeError,
  ControlCharacterError,
  encodeMessage,
  FramingError,
  HeaderBlockTooLargeError,
  MalformedMessageError,
  Message,
  MessageReader,
  type ReaderOptions,
  TooManyHeadersError,
  TruncatedMessageError,
} from "../../lib/framing/mod.ts";
import { at } from "../support/at.ts";

const encoder = new TextEncoder();

/** Every message of some bytes that arrive in the given pieces. */
function read(pieces: Uint8Array[], options?: ReaderOptions): Message[] {
  const reader = new MessageReader(options);
  const messages: Message[] = [];
  for (const piece of pieces) {
    // The array is overwritten afterwards, as a connection's buffer would be.
    const buffer = piece.slice();
    reader.push(buffer);
    for (let next; (next = reader.next()) !== undefined;) messages.push(next);
    buffer.fill(0xff);
  }
  reader.end();
  return messages;
}

function readText(text: string, options?: ReaderOptions): Message[] {
  return read([encoder.encode(text)], options);
}

const SAMPLES: Record<string, Message> = {
  "a method alone": new Message("PING"),
  "a registration": new Message("REGISTER", [
    ["clientID", "alice"],
    ["IP", "127.0.0.1"],
    ["Port", "5556"],
  ]),
  "empty values": new Message("BRIDGEACK", [
    ["clientID", ""],
    ["IP", ""],
    ["Port", ""],
  ]),
  "a body": new Message("MSG", [], "hello\r\n\r\nworld\n"),
  "a value beyond ASCII": new Message("ERROR", [["Reason", "señor, 日本 😀"]]),
  "a body of bytes that are no text": new Message(
    "MSG",
    [["Seq", "7"]],
    Uint8Array.from([0, 255, 13, 10, 13, 10, 0xc3]),
  ),
};

for (const [what, message] of Object.entries(SAMPLES)) {
  Deno.test(`a message with ${what} is read the same split at every byte`, () => {
    const bytes = encodeMessage(message);
    for (let at = 0; at <= bytes.length; at++) {
      assertEquals(
        read([bytes.subarray(0, at), bytes.subarray(at)]),
        [message],
        `split at ${at}`,
      );
    }
  });

  Deno.test(`a message with ${what} is read the same byte by byte`, () => {
    const bytes = encodeMessage(message);
    assertEquals(read(Array.from(bytes, (byte) => Uint8Array.of(byte))), [
      message,
    ]);
  });
}

Deno.test("ten messages in one segment are read in order", () => {
  const messages = Array.from(
    { length: 10 },
    (_, n) => new Message("MSG", [["Seq", String(n)]], "x".repeat(n)),
  );
  const bytes = messages.map(encodeMessage);
  const segment = new Uint8Array(bytes.flatMap((each) => Array.from(each)));
  assertEquals(read([segment]), messages);
});

Deno.test("a bare LF ends a line as CRLF does", () => {
  assertEquals(readText("BRIDGE\nclientID: alice\n\n"), [
    new Message("BRIDGE", [["clientID", "alice"]]),
  ]);
});

Deno.test("header names are read in any case, and found in any", () => {
  const message = at(
    readText("REGISTER\r\nCLIENTid:alice\r\nport:  1 \r\n\r\n"),
    0,
  );
  assertEquals(message.headers, [["CLIENTid", "alice"], ["port", "1"]]);
  assertEquals(message.get("clientID"), "alice");
  assertEquals(message.get("Port"), "1");
  assertEquals(message.get("clientid"), "alice");
  assertEquals(message.get("PORT"), "1");
  assertEquals(message.get("IP"), undefined);
});

Deno.test("a header of no fixed spelling is found in any", () => {
  const message = at(readText("X\r\nMy-Own: 1\r\n\r\n"), 0);
  assertEquals(message.headers, [["My-Own", "1"]]);
  assertEquals(message.get("my-own"), "1");
});

Deno.test("empty lines in front of a message are passed over, however split", () => {
  const bytes = encoder.encode("\r\n\n\r\nPING\r\n\r\n\r\nPONG\r\n\r\n\r\n");
  for (let at = 0; at <= bytes.length; at++) {
    assertEquals(
      read([bytes.subarray(0, at), bytes.subarray(at)]),
      [new Message("PING"), new Message("PONG")],
      `split at ${at}`,
    );
  }
});

Deno.test("a line without a colon is skipped only where that is asked for", () => {
  const info = "INFO\r\nRequesting clients\r\n\r\n";
  const skipStrayLines = (method: string) => method === "INFO";
  assertEquals(readText(info, { skipStrayLines }), [new Message("INFO")]);
  assertThrows(() => readText(info), MalformedMessageError, "colon");
  const hello = info.replace("INFO", "HELLO");
  const read = () => readText(hello, { skipStrayLines });
  assertThrows(read, MalformedMessageError, "colon");
});

Deno.test("a body may have exactly as many bytes as the reader accepts", () => {
  const body = "x".repeat(64 * 1024);
  assertEquals(
    readText(`MSG\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    [
      new Message("MSG", [], body),
    ],
  );
  assertThrows(
    () => readText(`MSG\r\nContent-Length: ${body.length + 1}\r\n\r\n`),
    BodyTooLargeError,
  );
  assertThrows(
    () => readText("MSG\r\nContent-Length: 11\r\n\r\n", { maxBodyBytes: 10 }),
    BodyTooLargeError,
  );
});

Deno.test("a header block may have 8 KiB and not a byte more", () => {
  const around = "X\r\nA: \r\n\r\n".length;
  const value = "v".repeat(8192 - around);
  assertEquals(readText(`X\r\nA: ${value}\r\n\r\n`), [
    new Message("X", [["A", value]]),
  ]);
  assertThrows(
    () => readText(`X\r\nA: ${value}v\r\n\r\n`),
    HeaderBlockTooLargeError,
  );
});

Deno.test("10 MiB without an empty line are refused after 8 KiB of them", () => {
  const reader = new MessageReader();
  const piece = new Uint8Array(1000).fill(0x61);
  let pushed = 0;
  assertThrows(() => {
    while (pushed < 10 * 1024 * 1024) {
      reader.push(piece);
      pushed += piece.length;
      reader.next();
    }
  }, HeaderBlockTooLargeError);
  assertEquals(pushed, 9000);
});

Deno.test("there may be 64 headers and not one more", () => {
  const headers = (n: number) => "A: 1\r\n".repeat(n);
  assertEquals(at(readText(`X\r\n${headers(64)}\r\n`), 0).headers.length, 64);
  assertThrows(() => readText(`X\r\n${headers(65)}\r\n`), TooManyHeadersError);
});

const REFUSED: [
  what: string,
  sent: string | Uint8Array,
  expected: new (reason: string) => FramingError,
][] = [
  ["a NUL", "X\r\nA: \0\r\n\r\n", ControlCharacterError],
  ["a NUL in the method", "\0\r\n\r\n", ControlCharacterError],
  ["an escape sequence", "X\r\nA: \x1b[2J\r\n\r\n", ControlCharacterError],
  ["a tab", "X\r\nA: a\tb\r\n\r\n", ControlCharacterError],
  ["a DEL", "X\r\nA: \x7f\r\n\r\n", ControlCharacterError],
  ["a C1 control character", "X\r\nA: \u009b2J\r\n\r\n", ControlCharacterError],
  ["a CR within a line", "X\r\nA: a\rb\r\n\r\n", ControlCharacterError],
  [
    "bytes that are not UTF-8",
    Uint8Array.from([0x58, 10, 0x41, 0x3a, 0xff, 10, 10]),
    ControlCharacterError,
  ],
  ["a method of two words", "GET / HTTP/1.1\r\n\r\n", MalformedMessageError],
  ["a header without a name", "X\r\n: 1\r\n\r\n", MalformedMessageError],
  ["a space in a name", "X\r\nA B: 1\r\n\r\n", MalformedMessageError],
  [
    "a negative length",
    "X\r\nContent-Length: -1\r\n\r\n",
    MalformedMessageError,
  ],
  [
    "a length in words",
    "X\r\nContent-Length: ten\r\n\r\n",
    MalformedMessageError,
  ],
  ["an empty length", "X\r\nContent-Length:\r\n\r\n", MalformedMessageError],
  [
    "two lengths",
    "X\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
    MalformedMessageError,
  ],
  [
    "a huge length",
    `X\r\nContent-Length: ${"9".repeat(400)}\r\n\r\n`,
    BodyTooLargeError,
  ],
  ["half a head", "X\r\nA: 1\r\n", TruncatedMessageError],
  ["half a body", "X\r\nContent-Length: 2\r\n\r\na", TruncatedMessageError],
];

for (const [what, sent, expected] of REFUSED) {
  Deno.test(`${what} is refused by its named error, split at every byte`, () => {
    const bytes = typeof sent === "string" ? encoder.encode(sent) : sent;
    for (let at = 0; at <= bytes.length; at++) {
      assertThrows(
        () => read([bytes.subarray(0, at), bytes.subarray(at)]),
        expected,
      );
    }
  });
}

Deno.test("a reader that has failed throws the same error from then on", () => {
  const reader = new MessageReader();
  reader.push(encoder.encode("\0\r\n\r\n"));
  const first = assertThrows(() => reader.next(), ControlCharacterError);
  reader.push(encoder.encode("PING\r\n\r\n"));
  assertEquals(assertThrows(() => reader.next()), first);
});

Deno.test("what follows a message can be taken back as bytes", () => {
  const reader = new MessageReader();
  reader.push(encoder.encode("HELLO\r\nVersion: 1\r\n\r\n\0\x01"));
  assertEquals(reader.next()?.method, "HELLO");
  assertEquals(reader.rest(), Uint8Array.of(0, 1));
  assertEquals(reader.isMidMessage, false);
});

Deno.test("the beginning of a message can be taken back as bytes", () => {
  const reader = new MessageReader();
  reader.push(encoder.encode("CHA"));
  assertEquals(reader.next(), undefined);
  assertEquals(reader.isMidMessage, true);
  assertEquals(reader.rest(), encoder.encode("CHA"));
});
