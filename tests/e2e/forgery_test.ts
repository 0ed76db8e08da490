import { assert } from "@std/assert";
import { formatAddress } from "../../lib/net/mod.ts";
import { clientCommand } from "../support/command.ts";
import { startClient, startServer } from "../support/start.ts";
import { Tmux } from "../support/tmux.ts";

const SENDER = "mallory> ";

/** What a text may be filled with up to the right edge. */
const FILLINGS = [
  ...["x", "✅", "⚡", "⭐", "😀", "日", "ｗ", "©", "─", "ж", "\t", " "],
  ...["👩‍👩‍👧", "❤️", "🇩🇪", "👍🏽", "1️⃣"],
  ...["\u0301", "a\u0301", "\u0e33", "\u0915\u094d", "\u1160", "\u{f0000}"],
  ...["\u200b", "\u00ad", "\u3164", "\u202e", "\u200d", "\ufe0f", "\u{e0041}"],
  // Marks that many a terminal does not know yet.
  ...["a\u{10d69}", "a\u{1611e}", "a\u{1e5ee}", "a\u0897"],
];

/** What may take a text to the left edge of the next row. */
const LINE_ENDS = [
  ...["\n", "\r", "\r\n", "\n\n", "\v", "\f", "\u0085", "\u2028", "\u2029"],
  ...[
    "\x1b[E",
    "\x1b[1G",
    "\x1b[99C\x1b[1B",
    "\x9b1G",
    "\x1bE",
    "\b".repeat(99),
  ],
];

/** Texts of mallory that would put a line of bob at the left edge. */
function forgeries(columns: number, forged: string): string[] {
  const room = columns - SENDER.length;
  const filled = FILLINGS.flatMap((filling) =>
    [1, 2, 3, 4].map((width) => {
      const count = Math.floor(room / width);
      return "x".repeat(room - count * width) + filling.repeat(count) + forged;
    })
  );
  return [...filled, ...LINE_ENDS.map((end) => `hi${end}${forged}`)];
}

for (
  const [columns, forged] of [[80, "bob (verified)> hi"], [
    30,
    "bob> hi",
  ]] as const
) {
  Deno.test({
    name:
      `no text puts a line of another sender at the left edge of a terminal of ${columns} columns`,
    // Windows has no tmux.
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const { server, where } = await startServer();
      await using _server = server;
      const { client: mallory, address } = await startClient("mallory", where);
      await using _mallory = mallory;
      await using alice = await Tmux.start(
        clientCommand("alice", "0", where, "--no-register"),
        { columns },
      );
      await alice.untilShows("alice>");
      await alice.keys(`/chat ${formatAddress(address)}`, "Enter");
      await mallory.event("connected");
      for (const text of [...forgeries(columns, forged), "the last one"]) {
        await mallory.type(JSON.stringify({ text }));
      }
      await alice.untilShows("the last one");
      const rows = await alice.history();
      const first = rows.findIndex((row) => row.startsWith(SENDER));
      const wrong = rows.slice(first, rows.indexOf(`${SENDER}the last one`))
        .filter((row) => !/^(mallory>|│)/.test(row));
      assert(wrong.length === 0, wrong.join("\n"));
      assert(rows.some((row) => row.startsWith("│")));
    },
  });
}
