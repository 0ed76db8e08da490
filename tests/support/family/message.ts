/** A message as existing programs take it apart. */
export interface OriginalMessage {
  /** Its first line. */
  readonly method: string;
  /** The values of its headers, by name. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Splits a text at its line ends, and each line at its first `": "`. */
export function parse(text: string): OriginalMessage {
  const [method = "", ...lines] = text.split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [name = "", ...value] = line.split(": ");
    if (name !== "") headers.set(name, value.join(": "));
  }
  return { method, headers };
}

/** Writes a message: its method, its headers, and an empty line. */
export function format(method: string, ...lines: string[]): string {
  return [method, ...lines, "", ""].join("\r\n");
}
