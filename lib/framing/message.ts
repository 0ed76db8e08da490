/** Largest start line plus headers, in bytes, the empty line included. */
export const MAX_HEADER_BLOCK = 8 * 1024;

/** Most header lines in one message. */
export const MAX_HEADERS = 64;

/** Largest body, in bytes, unless a reader is told otherwise. */
export const MAX_BODY = 64 * 1024;

/** One header line: its name, in the canonical spelling, and its value. */
export type Header = readonly [name: string, value: string];

const EMPTY = new Uint8Array(0);

/**
 * The one spelling in which each known header is written. Names compare
 * case-insensitively, so this is a courtesy to people and to programs that
 * compare whole strings (PROTOCOL.md, "Messages").
 */
const CANONICAL: ReadonlyMap<string, string> = new Map(
  [
    "clientID",
    "IP",
    "Port",
    "target",
    "Clients",
    "Code",
    "Reason",
    "Version",
    "Seq",
    "Key",
    "Address",
    "Candidates",
    "Online",
    "Prefix",
    "Limit",
    "After",
    "Wait",
    "ID",
    "Time",
    "Done",
    "Last",
    "Letters",
    "Content-Length",
  ].flatMap((name) => [[name, name], [name.toLowerCase(), name]]),
);

/** The canonical spelling of a header's name, if it is a known one. */
export function knownName(name: string): string | undefined {
  return CANONICAL.get(name) ?? CANONICAL.get(name.toLowerCase());
}

/**
 * The canonical spelling of a header's name; a name that is not known keeps
 * the spelling that it has.
 */
export function canonicalName(name: string): string {
  return knownName(name) ?? name;
}

/** A method, headers and a body: the unit of every protocol in this project. */
export class Message {
  /** The start line, such as `REGISTER`. */
  readonly method: string;
  /** The header lines in order, without `Content-Length`. */
  readonly headers: readonly Header[];
  /** The body, empty where there is none. */
  readonly body: Uint8Array;

  /**
   * A message of these parts; whether it can be written is checked then.
   *
   * @param method The start line.
   * @param headers The header lines, in the order in which they are written.
   * `Content-Length` is not among them: it follows from the body.
   * @param body The body; a string is written as UTF-8.
   */
  constructor(
    method: string,
    headers: readonly Header[] = [],
    body: Uint8Array | string = EMPTY,
  ) {
    this.method = method;
    this.headers = headers;
    this.body = typeof body === "string"
      ? new TextEncoder().encode(body)
      : body;
  }

  /** The value of the first header of that name, in whatever spelling. */
  get(name: string): string | undefined {
    const headers = this.headers;
    for (let i = 0; i < headers.length; i++) {
      const header = headers[i]!; // i < headers.length
      if (header[0] === name) return header[1];
    }
    const wanted = canonicalName(name).toLowerCase();
    for (let i = 0; i < headers.length; i++) {
      const header = headers[i]!; // i < headers.length
      if (header[0].toLowerCase() === wanted) return header[1];
    }
    return undefined;
  }

  /** The body read as UTF-8; bytes that are not become U+FFFD. */
  text(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.body);
  }
}
