import { type Header, Message } from "../framing/mod.ts";
import { HEADER } from "./headers.ts";
import { METHOD } from "./methods.ts";

/** What an `ERROR` says (PROTOCOL.md, "Errors" and "Refusals"). */
export interface ErrorReply {
  /** One of {@linkcode CODE}; NaN if the sender gave none. */
  readonly code: number;
  /** Why, as a phrase for the user. */
  readonly reason: string;
  /** How long to wait before asking again, in s, with code 429. */
  readonly waitS?: number;
}

/**
 * Writes an `ERROR`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CODE, decodeError, encodeError } from "./mod.ts";
 *
 * const reason = "no such client";
 * const message = encodeError({ code: CODE.notFound, reason });
 * assertEquals(decodeError(message), { code: 404, reason });
 * ```
 */
export function encodeError({ code, reason, waitS }: ErrorReply): Message {
  const headers: Header[] = [
    [HEADER.code, String(code)],
    [HEADER.reason, reason],
  ];
  if (waitS !== undefined) headers.push([HEADER.wait, String(waitS)]);
  return new Message(METHOD.error, headers);
}

/** Reads an `ERROR`; undefined if the message is something else. */
export function decodeError(message: Message): ErrorReply | undefined {
  if (message.method !== METHOD.error) return undefined;
  const code = Number(message.get(HEADER.code) ?? NaN);
  const reason = message.get(HEADER.reason) ?? "no reason was given";
  const waitS = Number(message.get(HEADER.wait));
  return waitS > 0 ? { code, reason, waitS } : { code, reason };
}
