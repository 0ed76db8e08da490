import { assertEquals, assertThrows } from "@std/assert";
import { FramingError } from "../../../lib/framing/mod.ts";
import type { PlainEvent } from "../../../lib/peer/plain/event_queue.ts";
import type { PlainWait } from "../../../lib/peer/plain/input.ts";
import {
  bytesOf,
  chat,
  cut,
  joinTexts,
  newInput,
  QUIT,
  readPieces,
  takeEvents,
  text,
} from "./read_pieces.ts";

const OPENING = "CHAT\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 5558\r\n\r\n";
const MSG = "MSG\r\nContent-Length: 3\r\n\r\na\nb";

/** Up to which length an input is cut at each pair of places. */
const SHORT_BYTES = 64;

/** An input, and the events that it gives at the end of the stream. */
type Row = readonly [input: string, ...events: PlainEvent[]];

/** The rows, and each with LF in place of CR and LF. */
function withBareLF(rows: readonly Row[]): Row[] {
  const bare = (text: string) => text.replaceAll("\r\n", "\n");
  return rows.flatMap((row): Row[] => {
    const [input, ...events] = row;
    if (bare(input) === input) return [row];
    const bareEvents = events.map((event) =>
      event.type === "text" ? text(bare(event.text)) : event
    );
    return [row, [bare(input), ...bareEvents]];
  });
}

/** How the rows of a table are read. */
interface TableOptions {
  /** Whether this side has sent CHAT. */
  readonly isOpened?: boolean;
  /**
   * Whether the texts are the same too, however the input is split. Raw text is
   * not: each segment of it is a text.
   */
  readonly isExact?: boolean;
  /**
   * A word before which it is not split: what is in front of the word in its own
   * segment decides, since each segment is a message.
   */
  readonly word?: RegExp;
}

/** Reads inputs whole, and split at every byte, pair of bytes, and everywhere. */
function testRows(
  title: string,
  rows: readonly Row[],
  { isOpened = true, isExact = false, word = /^/ }: TableOptions = {},
): void {
  for (const [input, ...events] of withBareLF(rows)) {
    Deno.test(`${title}, however it is split: ${JSON.stringify(input)}`, () => {
      const bytes = bytesOf(input);
      assertEquals(readPieces([bytes], { isOpened }), events);
      const expected = isExact ? events : joinTexts(events);
      const places = placesIn(input, word);
      for (const offsets of [...somePlaces(places, bytes.length), places]) {
        const read = readPieces(cut(bytes, offsets), { isOpened });
        const given = isExact ? read : joinTexts(read);
        assertEquals(given, expected, `split at ${offsets}`);
      }
    });
  }
}

/** Where an input is split: within a word and behind it, as offsets of bytes. */
function placesIn(input: string, word: RegExp): number[] {
  const before = input.slice(0, input.search(word));
  const start = bytesOf(before).length + 1;
  return Array.from(bytesOf(input).keys()).slice(start);
}

/** Each place; in a short input each pair of places, too. */
function somePlaces(places: readonly number[], length: number): number[][] {
  return places.flatMap((first) => {
    if (length > SHORT_BYTES) return [[first]];
    const later = places.filter((second) => second > first);
    return [[first], ...later.map((second) => [first, second])];
  });
}

testRows("QUIT is the end", [
  ["QUIT", QUIT],
  ["QUIT\r", QUIT],
  ["QUIT\r\n", QUIT],
  ["QUIT\r\n\r\n", QUIT],
  ["QUIT\r\n\r\n\r\n", QUIT],
  ["QUIT\r\nGoodbye!\r\n\r\n", QUIT],
  ["QUIT\r\nid: X\r\n\r\n", QUIT],
  ["/quit\r\n", QUIT],
  ["/quit", QUIT],
  ["\r\nQUIT\r\n\r\n", QUIT],
]);

testRows("QUIT behind a text is the end", [
  ["bye\r\nQUIT\r\n", text("bye"), QUIT],
  ["bye\r\nQUIT", text("bye"), QUIT],
  ["bye\r\nQUIT\r\nGoodbye!\r\n\r\n", text("bye"), QUIT],
  ["bye\r\n/quit", text("bye"), QUIT],
  ["BYE\r\nQUIT\r\n", text("BYE"), QUIT],
  ["byeQUIT\r\n\r\n", text("bye"), QUIT],
  ["byeQUIT\r\n", text("bye"), QUIT],
  ["byeQUIT", text("bye"), QUIT],
  ["byeQUIT\r\nid: X\r\n\r\n", text("bye"), QUIT],
  ["bye.QUIT", text("bye."), QUIT],
  ["großQUIT", text("groß"), QUIT],
  ["😀QUIT", text("😀"), QUIT],
  ["bye/quit\r\n", text("bye"), QUIT],
  ["see a/b, bye/quit\r\n", text("see a/b, bye"), QUIT],
  ["never QUIT\r\n\r\n", text("never "), QUIT],
  ["a\r\nb\r\nQUIT\r\nc", text("a\r\nb"), QUIT],
]);

testRows("a text that has QUIT in it is a text", [
  ["QUITE", text("QUITE")],
  ["QUITTING\r\n", text("QUITTING")],
  ["QUIT my job\r\n", text("QUIT my job")],
  ["I QUIT my job\r\n", text("I QUIT my job")],
  ["I QUIT my job", text("I QUIT my job")],
  ["IQ", text("IQ")],
  ["Q", text("Q")],
  ["quit\r\n", text("quit")],
  ["Quit\r\n", text("Quit")],
  ["/quitter\r\n", text("/quitter")],
  ["/quit now\r\n", text("/quit now")],
  ["and/or\r\n", text("and/or")],
  ["QUIT.\r\n", text("QUIT.")],
]);

testRows("a text that ends in QUIT is a text", [
  ["ACQUIT", text("ACQUIT")],
  ["ACQUIT\r\n", text("ACQUIT")],
  ["ÄQUIT\r\n", text("ÄQUIT")],
  ["never QUIT", text("never QUIT")],
  ["never QUIT\r\n", text("never QUIT")],
  ["never\u00a0QUIT\r\n", text("never\u00a0QUIT")],
  ["never /quit\r\n", text("never /quit")],
  ["never /quit\r\n\r\n", text("never /quit\r\n")],
  ["bye/quit", text("bye/quit")],
  ["src/bin/quit\r\n", text("src/bin/quit")],
  ["http://host/quit\r\n", text("http://host/quit")],
  ["C:x/quit\r\n", text("C:x/quit")],
], { word: /QUIT|\/quit/ });

Deno.test("QUIT in a segment of its own is the end, whatever the text before", () => {
  for (const before of ["HELLO", "never ", "AC", "src/bin", "CHAT"]) {
    for (const quit of ["QUIT\r\n\r\n", "QUIT\r\n", "QUIT", "/quit\n"]) {
      assertEquals(readPieces([before, quit]), [text(before), QUIT]);
    }
  }
});

testRows("the opening CHAT names its sender and shows nothing", [
  [OPENING, chat("bob")],
  ["CHAT\r\nCLIENTID:bob\r\n\r\n", chat("bob")],
  ["CHAT\r\n\r\n", chat()],
  ["CHAT\r\nclientID: no name\r\n\r\n", chat("no name")],
  ["CHAT\r\nclientID: bob\r\nclientID: eve\r\n\r\n", chat("bob")],
  [
    "CHAT\r\nclientID: bob\r\nVersion: 1\r\nport: 1\r\nip: x\r\n\r\n",
    chat("bob"),
  ],
  ["CHAT\r\nclientID: bob\r\n", chat("bob")],
  ["CHAT\r\nclientID: bob", chat("bob")],
  [OPENING + OPENING, chat("bob"), chat("bob")],
], { isExact: true, isOpened: false });

testRows(
  "where this side has opened with CHAT, what the first CHAT of the other carries is text, too",
  [
    [
      "CHAT\r\nclientID: bob\r\none: hello\r\n\r\n",
      chat("bob"),
      text("one: hello"),
    ],
    [OPENING, chat("bob")],
  ],
  { isExact: true },
);

/** The six ways in which existing programs send a text as CHAT. */
const TEXT_CHATS: Row[] = [
  ["CHAT\r\nMESSAGE: hi you\r\n\r\n", chat(), text("hi you")],
  ["CHAT\r\nclientID: bob\r\nMessage:hi\r\n\r\n", chat("bob"), text("hi")],
  ["CHAT\r\ncontent: hi: you\r\n\r\n", chat(), text("hi: you")],
  ["CHAT\r\nText: hi\r\nPort: 1\r\n\r\n", chat(), text("hi")],
  ["CHAT\r\nhi you\r\n\r\n", chat(), text("hi you")],
  [
    "CHAT\r\nclientID: bob\r\nContent-Length: 6\r\n\r\nhi you",
    chat("bob"),
    text("hi you"),
  ],
];

const OTHER_TEXT_CHATS: Row[] = [
  ["CHAT\r\nMESSAGE: hi\r\n", chat(), text("hi")],
  ["CHAT\r\nMESSAGE: hi", chat(), text("hi")],
  ["CHAT\r\nMESSAGE: hi\r\nyou 😀\r\n\r\n", chat(), text("hi\nyou 😀")],
  ["CHAT\r\nMESSAGE: \r\n\r\n", chat()],
  [
    "CHAT\r\ntext: a\r\nb\r\ncontent-length: 2\r\n\r\nc\n",
    chat(),
    text("a\nb\nc"),
  ],
  ["CHAT\r\nContent-Length: x\r\nMESSAGE: hi\r\n\r\n", chat(), text("hi")],
  ["CHAT\r\nno name : x\r\n-x: y\r\n\r\n", chat(), text("no name : x\n-x: y")],
];

testRows(
  "a first CHAT with a text shows it",
  [...TEXT_CHATS, ...OTHER_TEXT_CHATS],
  { isExact: true },
);

testRows(
  "a later CHAT with a text shows it",
  [...TEXT_CHATS, ...OTHER_TEXT_CHATS].map((
    [input, ...events],
  ) => [OPENING + input, chat("bob"), ...events]),
  { isExact: true },
);

testRows("a later CHAT shows the headers that are not known", [
  [
    OPENING + "CHAT\r\nclientID: bob\r\nMood:  fine \r\n\r\n",
    chat("bob"),
    chat("bob"),
    text("Mood:  fine "),
  ],
], { isExact: true });

testRows("several CHATs in one segment are several", [
  [
    TEXT_CHATS.map(([input]) => input).join(""),
    ...TEXT_CHATS.flatMap(([, ...events]) => events),
  ],
  [
    "CHAT\r\nclientID: a\r\nMESSAGE: x\r\nCHAT\r\nclientID: a\r\nMESSAGE: y\r\n",
    chat("a"),
    text("x"),
    chat("a"),
    text("y"),
  ],
], { isExact: true });

testRows("what follows a CHAT without a length is raw text", [
  [OPENING + "hello", chat("bob"), text("hello")],
  [OPENING + "hello\r\n", chat("bob"), text("hello")],
  [OPENING + "\r\n", chat("bob")],
  [OPENING + "\r\nhello", chat("bob"), text("\r\nhello")],
  [OPENING + "CHA", chat("bob"), text("CHA")],
  [OPENING + "CHATTER", chat("bob"), text("CHATTER")],
  [
    "CHAT\r\nMESSAGE: hi\r\n\r\nhello",
    chat(),
    text("hi"),
    text("hello"),
  ],
]);

testRows("QUIT directly behind a CHAT is the end", [
  [OPENING + "QUIT\r\n", chat("bob"), QUIT],
  ["CHAT\r\nclientID: bob\r\nQUIT", chat("bob"), QUIT],
  ["CHAT\r\nMESSAGE: hi\r\n/quit\r\n", chat(), text("hi"), QUIT],
  ["CHAT\r\nMESSAGE: hi\r\n\r\nQUIT", chat(), text("hi"), QUIT],
  [
    OPENING + "CHAT\r\nContent-Length: 3\r\n\r\nbyeQUIT\r\n",
    chat("bob"),
    chat(),
    text("bye"),
    QUIT,
  ],
], { isExact: true });

testRows("CHAT with clientID behind a text is a CHAT", [
  [`hello${OPENING}`, text("hello"), chat("bob")],
  [`hello\r\n${OPENING}you`, text("hello"), chat("bob"), text("you")],
  [
    "hello CHAT\r\nCLIENTID: bob\r\nMESSAGE: hi\r\n\r\n",
    text("hello "),
    chat("bob"),
    text("hi"),
  ],
  [`\r\n${OPENING}`, chat("bob")],
]);

testRows("other text that has CHAT in it is a text", [
  ["CHAT", text("CHAT")],
  ["CHAT\r\n", text("CHAT")],
  ["CHAT with me\r\n", text("CHAT with me")],
  ["a good CHAT\r\n", text("a good CHAT")],
  ["chat\r\nclientID: bob\r\n\r\n", text("chat\r\nclientID: bob\r\n")],
  ["vitamin C", text("vitamin C")],
]);

testRows("CHAT without clientID behind a text is a text", [
  ["hello CHAT\r\nMESSAGE: hi\r\n\r\n", text("hello CHAT\r\nMESSAGE: hi\r\n")],
], { word: /CHAT/ });

testRows("a length that is too long swallows nothing", [
  [
    "CHAT\r\nMESSAGE: a\r\nContent-Length: 99\r\n\r\nhi",
    chat(),
    text("a"),
    text("hi"),
  ],
  ["CHAT\r\nContent-Length: 99\r\n\r\nbyeQUIT\r\n", chat(), text("bye"), QUIT],
  [
    `CHAT\r\nContent-Length: 999\r\n\r\n${OPENING}x`,
    chat(),
    chat("bob"),
    text("x"),
  ],
  [
    "CHAT\r\nContent-Length: 99999\r\n\r\nhi",
    chat(),
    text("hi"),
  ],
]);

testRows("a MSG as the first thing besides CHAT is framed", [
  [MSG, text("a\nb")],
  [`${OPENING}${MSG}${MSG}`, chat("bob"), text("a\nb"), text("a\nb")],
  [`${MSG}\r\n\r\n${MSG}`, text("a\nb"), text("a\nb")],
  [`${MSG}PING\r\n\r\n${MSG}`, text("a\nb"), text("a\nb")],
  [`MSG\r\nContent-Length: 0\r\n\r\n${MSG}`, text("a\nb")],
  [`${MSG}MSG\r\n\r\n${MSG}`, text("a\nb"), text("a\nb")],
  [
    `${MSG}MSG\r\nno colon\r\ncontent-length: 2\r\n\r\nhi`,
    text("a\nb"),
    text("hi"),
  ],
  [`${MSG}${OPENING}`, text("a\nb"), chat("bob")],
  ["CHAT\r\nMESSAGE: x\r\n\r\n" + MSG, chat(), text("x"), text("a\nb")],
], { isExact: true });

testRows("QUIT in a framed direction is the end", [
  [`${MSG}QUIT`, text("a\nb"), QUIT],
  [`${MSG}QUIT\r\n`, text("a\nb"), QUIT],
  [`${MSG}QUIT\r\n\r\n`, text("a\nb"), QUIT],
  [`${MSG}\r\nQUIT\r\n\r\n\r\n`, text("a\nb"), QUIT],
  [`${MSG}QUIT\r\nGoodbye!\r\n\r\n`, text("a\nb"), QUIT],
  [`${MSG}QUIT\r\nid: X\r\n\r\n`, text("a\nb"), QUIT],
  [`${MSG}/quit\r\n`, text("a\nb"), QUIT],
  [`${MSG}/quit`, text("a\nb"), QUIT],
], { isExact: true });

testRows("a MSG that has no whole head with a length is raw text", [
  ["MSG", text("MSG")],
  ["MSG\r\n", text("MSG")],
  ["MSG\r\nContent-Length: 3\r\n", text("MSG\r\nContent-Length: 3")],
  ["MSG\r\n\r\n", text("MSG\r\n")],
  [
    "MSG\r\nContent-Length: x\r\n\r\na",
    text("MSG\r\nContent-Length: x\r\n\r\na"),
  ],
  [
    "MSG\r\nContent-Length: 65537\r\n\r\n",
    text("MSG\r\nContent-Length: 65537\r\n"),
  ],
  ["MSGS", text("MSGS")],
  ["MSG\r\nQUIT\r\n", text("MSG"), QUIT],
  [
    "MSG\r\nno colon\r\ncontent-length: 2\r\n\r\nhi",
    text("MSG\r\nno colon\r\ncontent-length: 2\r\n\r\nhi"),
  ],
  [
    "MSG\r\na:bCHAT\r\nclientID: bob\r\nContent-Length: 2\r\n\r\nhi",
    text("MSG\r\na:b"),
    chat("bob"),
    text("hi"),
  ],
  [
    "MSG\nCHAT\r\nclientID: bob\r\nContent-Length: 2\r\n\r\nhi",
    text("MSG"),
    chat("bob"),
    text("hi"),
  ],
]);

testRows("a MSG behind raw text is raw text", [
  [`\r\n${MSG}`, text(`\r\n${MSG}`)],
  [`hi\r\n${MSG}`, text(`hi\r\n${MSG}`)],
]);

testRows("a MSG on a link without CHAT is raw text", [
  [MSG, text(MSG)],
], { isOpened: false });

testRows("an empty line shows nothing", [
  ["\r\n"],
  ["\r\n\r\n"],
]);

testRows("bytes are read as UTF-8", [
  ["déjà vu 😀 ﬁn", text("déjà vu 😀 ﬁn")],
]);

Deno.test("a first CHAT that is typed has time, any other and QUIT has less", () => {
  const waits: [pieces: string[], waits: PlainWait][] = [
    [["hello"], "nothing"],
    [["\r\n"], "nothing"],
    [[OPENING], "nothing"],
    [["CHAT"], "segment"],
    [["CHAT\n"], "typing"],
    [["CHAT\n", "clientID: bob\n"], "typing"],
    [["CHAT\n", "clientID: bob\n", "\n"], "nothing"],
    [["CHAT\nContent-Length: 1\n\n"], "segment"],
    [["CHAT\n", "Content-Length: 1\n", "\n"], "segment"],
    [["CHAT\nMESSAGE: hi\n"], "segment"],
    [[OPENING, "CHAT\n"], "segment"],
    [["Q"], "segment"],
    [["bye QUIT\n"], "segment"],
    [["bye QUIT\n", "x"], "nothing"],
    [["x/qu"], "segment"],
    [["x/y/qu"], "nothing"],
    [["ACQ"], "nothing"],
    [["M"], "segment"],
    [["MSG\nContent-Length: 2\n"], "segment"],
    [[MSG, "MSG\nContent-Length: 2\n"], "nothing"],
    [[MSG, "QUIT"], "segment"],
    [[MSG, "QUI"], "nothing"],
  ];
  for (const [pieces, expected] of waits) {
    const input = newInput({ isOpened: true });
    for (const piece of pieces) input.push(bytesOf(piece));
    assertEquals(input.waits, expected, JSON.stringify(pieces));
  }
});

Deno.test("what is held is read when the wait is over", () => {
  const rows: [pieces: string[], ...events: PlainEvent[]][] = [
    [["IQ"], text("IQ")],
    [["I", "QUI"], text("I"), text("QUI")],
    [["QUIT"], QUIT],
    [["byeQUIT\r"], text("bye"), QUIT],
    [["never QUIT\n"], text("never QUIT")],
    [["CHAT"], text("CHAT")],
    [["CHAT\n"], text("CHAT")],
    [["CHAT\n", "clientID: bob\n"], chat("bob")],
    [["CHAT\nMESSAGE: hi\n"], chat(), text("hi")],
    [["CHAT\nContent-Length: 9\n\nhi", "you"], chat(), text("hi"), text("you")],
    [["MSG\nContent-Length: 9\n"], text("MSG\nContent-Length: 9")],
    [[MSG, "QUIT"], text("a\nb"), QUIT],
  ];
  for (const [pieces, ...events] of rows) {
    const input = newInput({ isOpened: true });
    for (const piece of pieces) input.push(bytesOf(piece));
    input.expire();
    assertEquals(takeEvents(input), events, JSON.stringify(pieces));
    assertEquals(input.waits, "nothing");
  }
});

Deno.test("a wait that nothing asked for changes nothing", () => {
  const input = newInput({ isOpened: true });
  input.push(bytesOf(`${MSG}MSG\r\nContent-Length: 3\r\n\r\na`));
  input.expire();
  input.push(bytesOf("\nb"));
  assertEquals(takeEvents(input), [text("a\nb"), text("a\nb")]);
});

Deno.test("each segment is a text, also one that was held", () => {
  const input = newInput();
  for (const segment of ["IQ", "CH", "hi", "\r\n", "you\r\n"]) {
    input.push(bytesOf(segment));
  }
  assertEquals(takeEvents(input), [
    text("IQ"),
    text("CH"),
    text("hi"),
    text("you"),
  ]);
});

Deno.test("nothing follows QUIT", () => {
  const input = newInput();
  input.push(bytesOf("QUIT\r\nhello"));
  input.push(bytesOf("hello"));
  input.end();
  assertEquals(takeEvents(input), [QUIT]);
});

Deno.test("a CHAT with a head over 8192 bytes is raw text", () => {
  const name = "clientID: bob\r\n";
  for (const more of [name, "xCHAT\nclientID: a\n"]) {
    const input = "CHAT\r\n" + more.repeat(Math.ceil(9000 / more.length));
    for (const size of [input.length, 1, 100]) {
      const pieces = cut(bytesOf(input), offsetsOf(input.length, size));
      const [first, ...others] = readPieces(pieces);
      assertEquals(first?.type, "text");
      assertEquals(others.some(({ type }) => type === "quit"), false);
    }
  }
  const longest = "CHAT\r\n" + "x".repeat(8192 - 6 - 4) + "\r\n\r\n";
  assertEquals(readPieces([longest])[0], chat());
  const longer = "CHAT\r\n" + "x".repeat(8192 - 6 - 3) + "\r\n\r\n";
  assertEquals(readPieces([longer])[0]?.type, "text");
  const input = newInput();
  input.push(bytesOf("CHAT\r\n" + "x".repeat(8192 - 6)));
  assertEquals(input.waits, "nothing", "it is held no longer");
});

Deno.test("a malformed framed message is an error, after the texts before it", () => {
  for (
    const malformed of [
      "two words\r\n\r\n",
      "MSG\r\nContent-Length: x\r\n\r\n",
      "MSG\r\nContent-Length: 65537\r\n\r\n",
      `MSG\r\nX: ${"x".repeat(8192)}\r\n\r\n`,
    ]
  ) {
    const input = newInput({ isOpened: true });
    input.push(bytesOf(MSG + malformed));
    assertEquals(input.next(), text("a\nb"));
    assertThrows(() => input.next(), FramingError);
    input.push(bytesOf(MSG));
    assertThrows(() => input.next(), FramingError);
  }
});

Deno.test("a direction is framed from the head of its first MSG on", () => {
  const input = newInput({ isOpened: true });
  assertEquals(input.framing, "undecided");
  input.push(bytesOf(OPENING));
  assertEquals(input.framing, "undecided");
  input.push(bytesOf("MSG\r\nContent-Length: 2\r\n\r"));
  assertEquals(input.framing, "undecided");
  input.push(bytesOf("\n"));
  assertEquals(input.framing, "framed");
});

Deno.test("no CHAT makes a direction framed or raw, and any text makes it raw", () => {
  for (const [chats] of TEXT_CHATS) {
    const input = newInput({ isOpened: true });
    input.push(bytesOf(chats));
    input.end();
    assertEquals(input.framing, "undecided");
  }
  for (const raw of ["\r\n", "hi", `\r\n${OPENING}`]) {
    const input = newInput({ isOpened: true });
    input.push(bytesOf(raw));
    assertEquals(input.framing, "raw");
  }
});

Deno.test("the line end is that of the last raw text", () => {
  const input = newInput();
  const lineEnds: [segment: string, lineEnd: string][] = [
    [OPENING, ""],
    ["hi\r\n", "\r\n"],
    ["CHAT\nMESSAGE: hi\n\n", "\r\n"],
    ["hi\n", "\n"],
    ["\r\n", "\r\n"],
    ["hi", ""],
  ];
  for (const [segment, lineEnd] of lineEnds) {
    input.push(bytesOf(segment));
    assertEquals(input.lineEnd, lineEnd, segment);
  }
});

Deno.test("malformed UTF-8 becomes U+FFFD, and a character may be split", () => {
  const bytes = Uint8Array.of(0x61, 0xff, 0x62);
  assertEquals(readPieces([bytes]), [text("a\ufffdb")]);
  const [start, end] = cut(bytesOf("é"), [1]);
  assertEquals(readPieces([start ?? "", end ?? ""]), [text("é")]);
  assertEquals(readPieces([start ?? "", "a"]), [text("\ufffda")]);
  assertEquals(readPieces([start ?? ""]), [text("\ufffd")]);
  assertEquals(
    readPieces([start ?? "", OPENING]),
    [text("\ufffd"), chat("bob")],
  );
});

/** The offsets that cut a length into pieces of a size. */
function offsetsOf(length: number, size: number): number[] {
  const count = Math.ceil(length / size) - 1;
  return Array.from({ length: count }, (_, i) => (i + 1) * size);
}
