import type { PlainEvent } from "../../../lib/peer/plain/event_queue.ts";
import { PlainInput } from "../../../lib/peer/plain/input.ts";

/** How pieces are read. */
export interface ReadOptions {
  /** Whether this side has sent CHAT. */
  readonly isOpened?: boolean;
}

/** The events that are there now. */
export function takeEvents(input: PlainInput): PlainEvent[] {
  const events: PlainEvent[] = [];
  for (let event; (event = input.next()) !== undefined;) events.push(event);
  return events;
}

/** A new input. */
export function newInput({ isOpened = false }: ReadOptions = {}): PlainInput {
  const input = new PlainInput();
  if (isOpened) input.open();
  return input;
}

/** The events of pieces that arrive one after the other, before the end. */
export function readPieces(
  pieces: readonly (string | Uint8Array)[],
  options: ReadOptions = {},
): PlainEvent[] {
  const input = newInput(options);
  const events: PlainEvent[] = [];
  for (const piece of pieces) {
    input.push(bytesOf(piece));
    events.push(...takeEvents(input));
  }
  input.end();
  return [...events, ...takeEvents(input)];
}

/** Text as bytes. */
export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? new TextEncoder().encode(text) : text;
}

/** Bytes as the pieces between offsets. */
export function cut(bytes: Uint8Array, offsets: readonly number[]) {
  const ends = [...offsets, bytes.length];
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

/**
 * Events without what depends on the segments: texts that follow each other as
 * one, without line ends.
 */
export function joinTexts(events: readonly PlainEvent[]): PlainEvent[] {
  const joined: PlainEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (event.type !== "text") joined.push(event);
    else if (last?.type === "text") {
      joined[joined.length - 1] = text(last.text + event.text);
    } else joined.push(text(event.text));
  }
  return joined.flatMap((event) => {
    if (event.type !== "text") return event;
    const line = event.text.replaceAll(/[\r\n]/g, "");
    return line === "" ? [] : text(line);
  });
}

/** The event of a text. */
export function text(text: string): PlainEvent {
  return { type: "text", text };
}

/** The event of a CHAT. */
export function chat(clientID = ""): PlainEvent {
  return { type: "chat", clientID };
}

/** The event of QUIT. */
export const QUIT: PlainEvent = { type: "quit" };
