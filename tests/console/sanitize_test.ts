import { assert, assertEquals, assertMatch } from "@std/assert";
import * as fc from "fast-check";
import {
  escapeJSON,
  sanitize,
  sanitizeLines,
} from "../../lib/console/sanitize.ts";

/** What no terminal may be given outside an emoji. */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const EMOJI = ["😀", "👩‍👩‍👧", "❤️", "🇩🇪", "1️⃣", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏳️‍🌈"];

/** Texts of what is hidden, marks, parts of emoji, and anything else. */
const hostileText = fc.array(
  fc.oneof(
    fc.constantFrom(..."\u200d\ufe0f\u200b\u202e\u0301\u0308\u20e3\u00ad"),
    fc.constantFrom(..."\n\x1b\x9b\u2028\u3164\u{e0041}1a日👩❤🇩"),
    fc.constantFrom(...EMOJI, "\ud83d", "\udc69"),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
  { maxLength: 30 },
).map((parts) => parts.join(""));

/** A text without its whole emoji. */
function withoutEmoji(text: string): string {
  return text.replaceAll(/\p{RGI_Emoji}/gv, "x");
}

Deno.test("text in any language is left as it is", () => {
  for (
    const text of [
      "señor, 日本 שלום مرحبا किसान ไทย 한국어 Việt Nam e\u0301 ẹ̀",
      EMOJI.join(" "),
      EMOJI.join(""),
      "שָׁלוֹם עֲלֵיכֶם",
    ]
  ) {
    assertEquals(sanitize(text), text);
  }
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

Deno.test("invisible characters are replaced by a visible form", () => {
  const codes = [
    ...[0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e],
    ...[0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a],
    ...[0x2060, 0x2064, 0x2069, 0x206f, 0x3164, 0xfe00, 0xfe0f, 0xfeff],
    ...[0xffa0, 0xfff9, 0xfffb, 0x1bca0, 0x1d173, 0xe0001, 0xe0041, 0xe0100],
  ];
  for (const code of codes) {
    const hex = code.toString(16).toUpperCase().padStart(4, "0");
    const text = `a${String.fromCodePoint(code)}b`;
    assertEquals(sanitize(text), `a<U+${hex}>b`);
  }
});

Deno.test("half a surrogate pair is replaced by a visible form", () => {
  assertEquals(sanitize("a\ud83d"), "a<U+D83D>");
  assertEquals(sanitize("\ude00a"), "<U+DE00>a");
});

Deno.test("what is invisible in an emoji is left there, and nowhere else", () => {
  assertEquals(sanitize("👩\u200d👩\u200d👧"), "👩\u200d👩\u200d👧");
  assertEquals(sanitize("👩\u200da"), "👩<U+200D>a");
  assertEquals(sanitize("👩\u200d\u200d👩"), "👩<U+200D><U+200D>👩");
  assertEquals(sanitize("a\ufe0f❤\ufe0f\ufe0f"), "a<U+FE0F>❤\ufe0f<U+FE0F>");
  assertEquals(sanitize("👍\u{e0067}"), "👍<U+E0067>");
});

Deno.test("a character keeps four combining marks", () => {
  const marks = "\u0301\u0308\u0323\u0331";
  assertEquals(sanitize(`a${marks}b`), `a${marks}b`);
  assertEquals(
    sanitize(`a${marks}\u0301\u0302b`),
    `a${marks}<U+0301><U+0302>b`,
  );
  // Marks that enclose a character count, too.
  assertEquals(
    sanitize("a\u20dd\u20dd\u0301\u20dd\u20dd\u20de"),
    "a\u20dd\u20dd\u0301\u20dd<U+20DD><U+20DE>",
  );
  const shown = sanitize("a" + "\u0301".repeat(50_000));
  assertEquals(shown, "a" + "\u0301".repeat(4) + "<U+0301>".repeat(49_996));
});

Deno.test("a mark that combines with nothing of the text is replaced by a visible form", () => {
  assertEquals(sanitize("\u0338\u0338bob"), "<U+0338><U+0338>bob");
  assertEquals(sanitize("a\u200b\u0338"), "a<U+200B><U+0338>");
  assertEquals(sanitizeLines("a\n\u0338b"), ["a", "<U+0338>b"]);
});

Deno.test("only line ends break a message into lines", () => {
  assertEquals(sanitizeLines("one\ntwo\r\n\rfour"), ["one", "two", "␍four"]);
});

Deno.test("whatever a text is, nothing hidden and no more than four marks on a character remain", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const shown = sanitize(text);
      assert(!HIDDEN.test(withoutEmoji(shown)));
      assert(!/(?:^\p{Mn}|[[\p{Mn}\p{Me}]--\ufe0f]{5})/v.test(shown));
      assertEquals(sanitize(shown), shown);
    }),
    { numRuns: 5000 },
  );
});

Deno.test("JSON has nothing hidden, and is read as the same text", () => {
  assertEquals(
    escapeJSON('"a\u200b❤️\u{e0041}"'),
    '"a\\u200b❤️\\udb40\\udc41"',
  );
  fc.assert(
    fc.property(hostileText, (text) => {
      const json = escapeJSON(JSON.stringify({ text }));
      assert(!HIDDEN.test(withoutEmoji(json)));
      assertEquals(JSON.parse(json), { text });
    }),
    { numRuns: 5000 },
  );
});
