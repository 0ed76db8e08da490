import { assertEquals, assertMatch } from "@std/assert";
import { sanitize, sanitizeLines } from "../../lib/console/sanitize.ts";

Deno.test("text in any language is left as it is", () => {
  const text = "señor, 日本 😀 👩‍👩‍👧 שלום مرحبا";
  assertEquals(sanitize(text), text);
});

Deno.test("every control character is replaced by a visible form", () => {
  for (let code = 0; code < 0xa0; code++) {
    const shown = sanitize(String.fromCharCode(code));
    const control = code < 0x20 || code >= 0x7f;
    assertMatch(shown, control ? /^([␀-␡]|<U\+00[0-9A-F]{2}>)$/ : /^[ -~]$/);
  }
  assertEquals(sanitize("\x1b[2J\x07\x9b\x7f"), "␛[2J␇<U+009B>␡");
});

Deno.test("bidirectional marks are replaced by a visible form", () => {
  assertEquals(sanitize("a\u202eb\u2066"), "a<U+202E>b<U+2066>");
});

Deno.test("half a surrogate pair becomes a replacement character", () => {
  assertEquals(sanitize("a\ud83d"), "a\ufffd");
});

Deno.test("only line ends break a message into lines", () => {
  assertEquals(sanitizeLines("one\ntwo\r\n\rfour"), ["one", "two", "␍four"]);
});
