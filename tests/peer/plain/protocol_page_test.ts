/** The table of docs/PROTOCOL.md of what a plain link reads, row by row. */
import { assert, assertEquals } from "@std/assert";
import type { PlainEvent } from "../../../lib/peer/plain/event_queue.ts";
import { readPieces } from "./read_pieces.ts";

const PAGE = await Deno.readTextFile(
  new URL("../../../docs/PROTOCOL.md", import.meta.url),
);

/** Control characters, as the page shows them. */
function shown(text: string): string {
  return text.replaceAll("\r", "␍").replaceAll("\n", "␊").trim();
}

/** An event, as the page writes it. */
function inWords(event: PlainEvent): string {
  switch (event.type) {
    case "chat":
      return "CHAT";
    case "quit":
      return "the end";
    case "text":
      return `the text \`${shown(event.text)}\``;
  }
}

Deno.test("the table of what a plain link reads is true", () => {
  const [, section = ""] = PAGE.split("\n### Reading raw text\n");
  const [table = ""] = section.split("\n##");
  const rows = Array.from(table.matchAll(/^\| `([^`]+)` +\| (.+?) +\|$/gm));
  assert(rows.length > 30, `${rows.length} rows`);
  for (const [, arrives = "", events = ""] of rows) {
    const bytes = arrives.replaceAll("␍", "\r").replaceAll("␊", "\n");
    assertEquals(readPieces([bytes]).map(inWords).join(", "), events, arrives);
  }
});
