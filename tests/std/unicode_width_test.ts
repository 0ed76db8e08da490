import { assertEquals } from "@std/assert";
import { unicodeWidth } from "@std/cli/unicode-width";

// What the programs rely on: it holds for the package from JSR and for the
// stand-in.

Deno.test("a text is as wide as its characters together", () => {
  assertEquals(unicodeWidth(""), 0);
  assertEquals(unicodeWidth("hello world"), 11);
  assertEquals(unicodeWidth("天地玄黃宇宙洪荒"), 16);
  assertEquals(unicodeWidth("ｆｕｌｌｗｉｄｔｈ"), 18);
  assertEquals(unicodeWidth("голубой"), 7);
});

Deno.test("each code point is measured by itself", () => {
  const widths: [string, number][] = [
    ...["a", "~", "é", "ж", "─", "…", "\u00ad"].map((c) => [c, 1] as const),
    ...["✅", "⚡", "⭐", "日", "가", "、", "😀", "🦕", "\u{20000}", "＠"]
      .map((c) => [c, 2] as const),
    ...["\u0301", "\u200b", "\u200d", "\ufe0f", "\u20dd", "\n", "\x1b"]
      .map((c) => [c, 0] as const),
  ].map(([c, width]) => [String(c), Number(width)]);
  for (const [character, width] of widths) {
    assertEquals(unicodeWidth(character), width, JSON.stringify(character));
    assertEquals(unicodeWidth(`(${character})`), width + 2);
  }
});
