import { assertEquals } from "@std/assert";
import {
  classifyInput,
  type InputKind,
} from "../../../lib/peer/plain/classify.ts";

const CHAT = "CHAT\r\nclientID: carol\r\n\r\n";

const CASES: [input: string, before: InputKind, opened: InputKind][] = [
  ["", "none", "none"],
  [CHAT, "chat", "chat"],
  [CHAT.replaceAll("\r", ""), "chat", "chat"],
  [CHAT + "hi", "chat", "chat"],
  ["CHAT\r\nclientID: carol\r\n", "incomplete", "incomplete"],
  ["CHAT\r\nno header\r\n\r\n", "raw", "raw"],
  ["CHATTER", "raw", "raw"],
  ["QUIT\r\n\r\n", "quit", "quit"],
  ["QUI", "incomplete", "incomplete"],
  ["QUITE", "raw", "raw"],
  ["MSG\r\n", "raw", "text"],
  ["MSG", "incomplete", "incomplete"],
  ["MSGS", "raw", "raw"],
  ["\r\n", "raw", "emptyLine"],
  ["\n", "raw", "emptyLine"],
  ["\r", "incomplete", "incomplete"],
  ["hello", "raw", "raw"],
  ["\u{1f600}", "raw", "raw"],
];

for (const [input, before, opened] of CASES) {
  Deno.test(`${JSON.stringify(input)} is ${before} before CHAT, and ${opened} after it`, () => {
    const bytes = new TextEncoder().encode(input);
    assertEquals(classifyInput(bytes, false), before);
    assertEquals(classifyInput(bytes, true), opened);
  });
}
