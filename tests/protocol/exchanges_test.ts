import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  encodeMessage,
  Message,
  MessageReader,
} from "../../lib/framing/mod.ts";
import {
  BRIDGE,
  type Candidates,
  COLLECT,
  decodeError,
  DEPOSIT,
  encodeError,
  type Exchange,
  HEADER,
  INFO,
  LOOKUP,
  MAX_LETTERS_PER_PAGE,
  METHOD,
  PING,
  ProtocolError,
  REGISTER,
  seqOf,
  UNREGISTER,
  withSeq,
} from "../../lib/protocol/mod.ts";

const PAGE = await Deno.readTextFile(
  new URL("../../docs/PROTOCOL.md", import.meta.url),
);
const KEY = new Uint8Array(32).fill(7).toBase64();
const ADDRESS = { host: "192.0.2.7", port: 5556 };
const CANDIDATES: Candidates = [{ address: ADDRESS }, {
  address: { host: "2001:db8::1", port: 1 },
}];

/** A message as the other end reads it. */
function sent(message: Message): Message {
  const reader = new MessageReader();
  reader.push(encodeMessage(message));
  const read = reader.next();
  assert(read !== undefined);
  return read;
}

function assertExchange<Request, Reply>(
  exchange: Exchange<Request, Reply>,
  request: Request,
  reply: Reply,
): void {
  const asked = sent(exchange.encodeRequest(request));
  assertEquals(asked.method, exchange.method);
  assertEquals(exchange.decodeRequest(asked), request);
  const answered = sent(exchange.encodeReply(reply));
  assertEquals(answered.method, exchange.replyMethod);
  assertEquals(exchange.decodeReply(answered), reply);
}

Deno.test("each request and reply is read as it was written", () => {
  const alice = { clientID: "alice", address: ADDRESS };
  const rotations = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)];
  assertExchange(
    REGISTER,
    { clientID: "alice", port: 1, plain: true, rotations },
    alice,
  );
  assertExchange(
    REGISTER,
    { clientID: "alice", port: 65535, plain: false, rotations: [] },
    alice,
  );
  assertExchange(UNREGISTER, undefined, undefined);
  assertExchange(PING, undefined, undefined);
  const bob = { clientID: "bob", candidates: CANDIDATES };
  assertExchange(BRIDGE, { target: "bob" }, { ...bob, key: KEY });
  assertExchange(BRIDGE, { target: undefined }, bob);
  assertExchange(LOOKUP, { target: "bob" }, {
    clientID: "bob",
    online: true,
    key: KEY,
  });
  assertExchange(LOOKUP, { target: "bob" }, {
    clientID: "bob",
    online: false,
    key: undefined,
  });
  const candidates: Candidates = [{ address: ADDRESS }];
  assertExchange(INFO, { prefix: "a", limit: 10, after: "al" }, {
    clients: [
      { clientID: "alice", candidates, key: KEY },
      { clientID: "bob", candidates },
    ],
    after: "bob",
  });
  assertExchange(INFO, { prefix: "", limit: 384, after: undefined }, {
    clients: [],
    after: undefined,
  });
  const sealed = new Uint8Array([1, 2, 3]);
  assertExchange(DEPOSIT, { target: "bob", key: KEY, sealed }, undefined);
  assertExchange(COLLECT, { done: [4711, 4713], after: 4715 }, [
    { number: 12, sealed },
    { number: 14, sealed: new Uint8Array([4]) },
  ]);
  assertExchange(COLLECT, { done: [], after: 0 }, []);
  // The longest page: each letter is as small, and each number as long as can be.
  const page = Array.from({ length: MAX_LETTERS_PER_PAGE }, (_, n) => ({
    number: 10 ** 14 + n,
    sealed: new Uint8Array([n % 256]),
  }));
  const done = page.map(({ number }) => number);
  assertExchange(COLLECT, { done, after: 10 ** 15 - 1 }, page);
});

type Decoder = { decodeRequest(message: Message): unknown };

Deno.test("a request without what it needs is refused with the header that is missing", () => {
  const cases: [Decoder, Message, string][] = [
    [REGISTER, new Message("REGISTER", [["Port", "1"]]), "clientID"],
    [REGISTER, new Message("REGISTER", [["clientID", "a"]]), "Port"],
    [REGISTER, register("0"), "Port"],
    [REGISTER, register("1", "AA==, !"), "Rotation"],
    [REGISTER, register("1", ""), "Rotation"],
    [REGISTER, register("1", Array(9).fill("AA==").join(", ")), "Rotation"],
    [REGISTER, register("65536"), "Port"],
    [LOOKUP, new Message("LOOKUP"), "target"],
    [BRIDGE, new Message("BRIDGE", [["target", "a b"]]), "target"],
    [INFO, new Message("INFO", [["Limit", "0"]]), "Limit"],
    [COLLECT, new Message("COLLECT", [["Done", "-1"]]), "Done"],
    [COLLECT, new Message("COLLECT", [["Done", "1,,2"]]), "Done"],
    [COLLECT, new Message("COLLECT", [["After", "1,2"]]), "After"],
    [DEPOSIT, new Message("DEPOSIT", [["target", "a"]], "x"), "Key"],
    [DEPOSIT, deposit("AA==", "x"), "Key"],
    [DEPOSIT, deposit(KEY), "no letter"],
  ];
  for (const [exchange, request, what] of cases) {
    assertThrows(() => exchange.decodeRequest(request), ProtocolError, what);
  }
});

function deposit(key: string, body?: string): Message {
  return new Message("DEPOSIT", [["target", "a"], ["Key", key]], body);
}

function register(port: string, rotation?: string): Message {
  return new Message("REGISTER", [
    ["clientID", "a"],
    ["Port", port],
    ...(rotation === undefined ? [] : [["Rotation", rotation] as const]),
  ]);
}

Deno.test("a page of letters whose lengths, numbers and bytes do not fit is refused", () => {
  const body = new Uint8Array(3);
  for (
    const [lengths, numbers] of [
      ["1,2", "7"],
      ["3", "7,8"],
      ["1,1", "7,8"],
      ["1,2", "8,7"],
      ["1,2", "7,7"],
      ["1,2", "0,1"],
      ["0,3", "7,8"],
      ["-1,4", "7,8"],
      ["1.5,1.5", "7,8"],
      ["1,,2", "7,8,9"],
      ["", "7"],
      ["1,x", "7,8"],
    ] as const
  ) {
    const headers = [["Letters", lengths], ["Numbers", numbers]] as const;
    const reply = new Message("COLLECTACK", headers, body);
    assertThrows(() => COLLECT.decodeReply(reply), ProtocolError);
  }
});

Deno.test("a reply that names no address or no key of a client is refused", () => {
  for (
    const headers of [
      [["clientID", "bob"]],
      [["clientID", "bob"], ["Candidates", "example.org:1"]],
      [["clientID", "bob"], ["Candidates", "192.0.2.1:0"]],
      [["clientID", "b b"], ["Candidates", "192.0.2.1:1"]],
      [["clientID", "bob"], ["Candidates", "192.0.2.1:1"], ["Key", "abc"]],
    ] as const
  ) {
    const reply = new Message("BRIDGEACK", headers);
    assertThrows(() => BRIDGE.decodeReply(reply), ProtocolError);
  }
  for (const line of ["bob", "bob 192.0.2.1:1 abc", "b/b 192.0.2.1:1 -"]) {
    const reply = new Message("INFOACK", [], `${line}\r\n`);
    assertThrows(() => INFO.decodeReply(reply), ProtocolError);
  }
});

Deno.test("an ERROR carries a code, a reason and how long to wait", () => {
  const error = { code: 429, reason: "too many", waitS: 2 };
  assertEquals(decodeError(sent(encodeError(error))), error);
  const { code, reason } = error;
  assertEquals(decodeError(sent(encodeError({ code, reason }))), {
    code,
    reason,
  });
  assertEquals(decodeError(new Message("PONG")), undefined);
});

Deno.test("a reply repeats the Seq of its request", () => {
  const request = withSeq(PING.encodeRequest(), "17");
  assertEquals(seqOf(sent(request)), "17");
  assertEquals(seqOf(PING.encodeReply()), undefined);
});

Deno.test("every method and header stands in PROTOCOL.md as it is written", () => {
  for (const word of [...Object.values(METHOD), ...Object.values(HEADER)]) {
    assert(new RegExp(`\\b${word}\\b`).test(PAGE), `${word} is not there`);
  }
});
