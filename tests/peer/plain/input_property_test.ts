import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { PlainEvent } from "../../../lib/peer/plain/event_queue.ts";
import { at } from "../../support/at.ts";
import {
  bytesOf,
  chat,
  joinTexts,
  newInput,
  QUIT,
  readPieces,
  takeEvents,
  text,
} from "./read_pieces.ts";

const RUNS = 3000;

/** Something that is sent with one write, and the events that it gives. */
interface Item {
  readonly sent: string;
  readonly events: readonly PlainEvent[];
}

/** Texts full of what begins like QUIT and CHAT. */
const rawText = fc.array(
  fc.constantFrom(
    ..."hi|é|😀| |\n|\r\n|Q|QU|QUI|IT|/|/qu|C|CHA|AT|MSG|A|:|quit|Quit".split(
      "|",
    ),
  ),
  { minLength: 1, maxLength: 6 },
).map((parts) => parts.join("")).filter((sent) => !hasWord(sent));

const textItem = rawText.map((sent): Item => ({ sent, events: [text(sent)] }));

const chatItem = fc.record({
  clientID: fc.constantFrom("bob", "carol"),
  lineEnd: fc.constantFrom("\r\n", "\n"),
  content: fc.constantFrom(
    { lines: ["IP: 127.0.0.1", "Port: 5558"], body: "" },
    { lines: ["MESSAGE: hi"], body: "hi" },
    { lines: ["content: hi"], body: "hi" },
    { lines: ["hi"], body: "hi" },
    { lines: ["Content-Length: 2", ""], body: "hi" },
  ),
}).map(({ clientID, lineEnd, content: { lines, body } }): Item => {
  const head = ["CHAT", `clientID: ${clientID}`, ...lines];
  const hasBody = lines.at(-1) === "";
  return {
    sent: hasBody
      ? head.join(lineEnd) + lineEnd + body
      : [...head, "", ""].join(lineEnd),
    events: [chat(clientID), ...body === "" ? [] : [text(body)]],
  };
});

const quitItem = fc.constantFrom(
  ..."QUIT|QUIT\r\n|QUIT\n\n|QUIT\r\nGoodbye!\r\n\r\n|/quit\r\n|/quit".split(
    "|",
  ),
).map((sent): Item => ({ sent, events: [QUIT] }));

const lengths = fc.array(fc.integer({ min: 1, max: 20 }), {
  minLength: 1,
  maxLength: 10,
});

function hasWord(sent: string): boolean {
  return /QUIT|\/quit|CHAT/.test(sent);
}

/** Bytes in pieces of the given lengths, over and over. */
function piecesOf(sent: string, lengths: readonly number[]): Uint8Array[] {
  const bytes = bytesOf(sent);
  const pieces: Uint8Array[] = [];
  for (let start = 0, n = 0; start < bytes.length; n++) {
    const length = at(lengths, n % lengths.length);
    pieces.push(bytes.slice(start, start + length));
    start += length;
  }
  return pieces;
}

Deno.test("texts, CHATs and QUIT give the same however each is split, with and without waits between them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(textItem, chatItem), { maxLength: 6 }),
      quitItem,
      lengths,
      fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
      (sent, quit, lengths, waits) => {
        const items = [...sent, quit];
        // Two texts that make a word together are another case.
        fc.pre(
          !items.some((item, i) =>
            hasWord(`${item.sent}\0${items[i + 1]?.sent ?? ""}`
              .replaceAll("\0", "")) &&
            item.events[0]?.type === "text" &&
            items[i + 1]?.events[0]?.type === "text"
          ),
        );
        const input = newInput();
        const events: PlainEvent[] = [];
        for (const [i, item] of items.entries()) {
          for (const piece of piecesOf(item.sent, lengths)) {
            input.push(piece);
            if (input.waits === "nothing") input.expire();
          }
          if (waits[i]) input.expire();
          events.push(...takeEvents(input));
        }
        input.end();
        events.push(...takeEvents(input));
        assertEquals(
          joinTexts(events),
          joinTexts(items.flatMap((item) => item.events)),
        );
      },
    ),
    { numRuns: RUNS },
  );
});

Deno.test("of raw text nothing is lost, however it is split", () => {
  fc.assert(
    fc.property(rawText, lengths, (sent, lengths) => {
      const events = readPieces(piecesOf(sent, lengths), { isOpened: true });
      assertEquals(joinTexts(events), joinTexts([text(sent)]));
    }),
    { numRuns: RUNS },
  );
});

Deno.test("a QUIT in capitals at the start of a line is never shown", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(rawText, fc.constant("\nQUIT\n")), { maxLength: 5 }),
      lengths,
      (sent, lengths) => {
        // A word that goes on is a text, of which a piece may end with QUIT.
        fc.pre(!/QUIT[^\r\n]/.test(sent.join("")));
        const events = readPieces(piecesOf(sent.join(""), lengths));
        for (const event of events) {
          assert(event.type !== "text" || !/^QUIT$/m.test(event.text));
        }
      },
    ),
    { numRuns: RUNS },
  );
});

Deno.test("any bytes are read to their end", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.uint8Array({ maxLength: 50 }), rawText.map(bytesOf)),
      ),
      (pieces) => {
        readPieces(pieces);
      },
    ),
    { numRuns: RUNS },
  );
});
