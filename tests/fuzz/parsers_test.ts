import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import {
  encodeMessage,
  FramingError,
  type Message,
  MessageReader,
} from "../../lib/framing/mod.ts";
import type { PlainEvent } from "../../lib/peer/plain/event_queue.ts";
import { PlainInput } from "../../lib/peer/plain/input.ts";
import {
  BRIDGE,
  COLLECT,
  decodeAcknowledge,
  decodeChat,
  decodeError,
  decodeLetter,
  decodePlainRegister,
  decodeText,
  DEPOSIT,
  encodeChat,
  encodeLetter,
  encodeText,
  type Exchange,
  INFO,
  LOOKUP,
  PING,
  ProtocolError,
  REGISTER,
  UNREGISTER,
} from "../../lib/protocol/mod.ts";
import { fuzz, SECONDS, SEED } from "./fuzz.ts";
import * as hostile from "./hostile.ts";

console.log(`fuzz: seed ${SEED}, ${SECONDS} s`);

/** What a reader makes of a stream that arrives in pieces. */
function readAll(bytes: Uint8Array, lengths: readonly number[]) {
  const reader = new MessageReader();
  const messages: Message[] = [];
  try {
    for (const piece of hostile.cut(bytes, lengths)) {
      reader.push(piece);
      for (let next; (next = reader.next()) !== undefined;) messages.push(next);
      assert(messages.length <= bytes.length, "the reader reads on for ever");
    }
    reader.end();
    return { messages, error: undefined };
  } catch (error) {
    assert(error instanceof FramingError, `${error}`);
    return { messages, error: error.message };
  }
}

/** The events of one direction of a plain link, each piece an own segment. */
function readPlain(
  bytes: Uint8Array,
  lengths: readonly number[],
  expires: boolean,
): PlainEvent[] {
  const input = new PlainInput();
  const events: PlainEvent[] = [];
  const take = () => {
    for (let next; (next = input.next()) !== undefined;) events.push(next);
  };
  try {
    for (const piece of hostile.cut(bytes, lengths)) {
      input.push(piece);
      take();
      if (expires) input.expire();
      take();
    }
    input.end();
    take();
  } catch (error) {
    assert(error instanceof FramingError, `${error}`);
  }
  return events;
}

/** What a decoder gives; undefined if it refuses the message in its own words. */
function decoded<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    assert(
      error instanceof ProtocolError || error instanceof FramingError,
      `${error}`,
    );
    assert(error.message.length > 0);
    return undefined;
  }
}

/** Checks that what a decoder takes is written so that it is read the same. */
function assertStable<T>(
  decode: (message: Message) => T,
  encode: (value: T) => Message,
  message: Message,
): void {
  const value = decoded(() => decode(message));
  if (value !== undefined) assertEquals(decode(encode(value)), value);
}

function assertExchange<Request, Reply>(
  exchange: Exchange<Request, Reply>,
  message: Message,
): void {
  assertStable(exchange.decodeRequest, exchange.encodeRequest, message);
  assertStable(exchange.decodeReply, exchange.encodeReply, message);
}

Deno.test("fuzz: a stream gives the same messages however it is cut, each of which is read as it is written, and at most one named error", () =>
  fuzz(
    fc.property(hostile.stream, hostile.lengths, (bytes, lengths) => {
      const read = readAll(bytes, lengths);
      assertEquals(readAll(bytes, [bytes.length]), read);
      for (const message of read.messages) {
        const { messages } = readAll(encodeMessage(message), lengths);
        assertEquals(messages, [message]);
      }
    }),
    0.2,
  ));

Deno.test("fuzz: a plain link gives no more text than has arrived, and nothing after QUIT", () =>
  fuzz(
    fc.property(
      hostile.stream,
      hostile.lengths,
      fc.boolean(),
      (bytes, lengths, expires) => {
        const events = readPlain(bytes, lengths, expires);
        const quit = events.findIndex(({ type }) => type === "quit");
        assert(quit < 0 || quit === events.length - 1);
        const arrived = new TextDecoder().decode(bytes).length;
        const texts = events.map((event) =>
          event.type === "text" ? event.text.length : 0
        );
        assert(texts.reduce((sum, length) => sum + length, 0) <= arrived);
      },
    ),
    0.2,
  ));

Deno.test("fuzz: each decoder takes a message that it reads again as the same, or refuses it in words", () =>
  fuzz(
    fc.property(hostile.message, (message) => {
      assertExchange(REGISTER, message);
      assertExchange(UNREGISTER, message);
      assertExchange(PING, message);
      assertExchange(INFO, message);
      assertExchange(BRIDGE, message);
      assertExchange(LOOKUP, message);
      assertExchange(DEPOSIT, message);
      assertExchange(COLLECT, message);
      assertStable(decodeChat, encodeChat, message);
      assertStable(decodeText, (text) => encodeText(text), message);
      decoded(() => decodeAcknowledge(message));
      decoded(() => decodeError(message));
      decoded(() => decodePlainRegister(message));
      const letter = decoded(() => decodeLetter(encodeMessage(message)));
      if (letter !== undefined) {
        assertEquals(decodeLetter(encodeLetter(letter)), letter);
      }
    }),
    0.2,
  ));
