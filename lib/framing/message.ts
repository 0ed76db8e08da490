import { EMPTY_BYTES } from "./bytes.ts";

/** The largest start line and headers, with the empty line, in bytes. */
export const MAX_HEADER_BLOCK_BYTES = 8 * 1024;

/** Most header lines of a message. */
export const MAX_HEADERS = 64;

/** The largest body that a reader accepts by default, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

/** A header line: its name, as it was written, and its value. */
export type Header = readonly [name: string, value: string];

/**
 * A method, headers and a body: the unit of every protocol in this project.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Message } from "./mod.ts";
 *
 * const message = new Message("MSG", [["Client-ID", "alice"]], "hi");
 * assertEquals(message.get("client-id"), "alice");
 * assertEquals(message.text(), "hi");
 * ```
 */
export class Message {
  /** The start line, such as `REGISTER`. */
  readonly method: string;
  /** The header lines in order, without `Content-Length`. */
  readonly headers: readonly Header[];
  /** The body, empty where there is none. */
  readonly body: Uint8Array;

  /**
   * A message of these parts; they are checked when it is encoded.
   *
   * @param method The start line.
   * @param headers The header lines, in order, without `Content-Length`, which
   * follows from the body.
   * @param body The body; a string is encoded as UTF-8.
   */
  constructor(
    method: string,
    headers: readonly Header[] = [],
    body: Uint8Array | string = EMPTY_BYTES,
  ) {
    this.method = method;
    this.headers = headers;
    this.body = typeof body === "string"
      ? new TextEncoder().encode(body)
      : body;
  }

  /** The value of the first header with a name, in any case. */
  get(name: string): string | undefined {
    const headers = this.headers;
    // Most programs write a name as PROTOCOL.md does: try that first.
    for (let i = 0; i < headers.length; i++) {
      const header = headers[i]!; // i < headers.length
      if (header[0] === name) return header[1];
    }
    const wanted = name.toLowerCase();
    for (let i = 0; i < headers.length; i++) {
      const [written, value] = headers[i]!; // i < headers.length
      if (written.length !== wanted.length) continue;
      if (written.toLowerCase() === wanted) return value;
    }
    return undefined;
  }

  /** The body decoded as UTF-8; invalid bytes become U+FFFD. */
  text(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.body);
  }
}
