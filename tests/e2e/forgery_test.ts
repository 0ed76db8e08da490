import { assert } from "@std/assert";
import { formatAddress } from "../../lib/net/mod.ts";
import { clientCommand, type Command } from "../support/command.ts";
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

/** Alice's client, whose lines come from a pipe, at which a script writes one. */
function piped({ program, args }: Command, line: string): Command {
  const script = '(echo "$0"; exec sleep 60) | "$@"';
  return { program: "sh", args: ["-c", script, line, program, ...args] };
}

const CASES = [
  { columns: 80, forged: "bob (verified)> hi", isPiped: false },
  { columns: 30, forged: "bob> hi", isPiped: false },
  { columns: 80, forged: "bob (verified)> hi", isPiped: true },
];

for (const { columns, forged, isPiped } of CASES) {
  Deno.test({
    name:
      `no text puts a line of another sender at the left edge of a terminal of ${columns} columns${
        isPiped ? " whose client reads a pipe" : ""
      }`,
    // Windows has no tmux.
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const { server, where } = await startServer();
      await using _server = server;
      const { client: mallory, address } = await startClient("mallory", where);
      await using _mallory = mallory;
      const command = clientCommand("alice", "0", where, "--no-register");
      const chat = `/chat ${formatAddress(address)}`;
      await using alice = await Tmux.start(
        isPiped ? piped(command, chat) : command,
        { columns },
      );
      if (!isPiped) {
        await alice.untilShows("alice>");
        await alice.keys(chat, "Enter");
      }
      await mallory.event("connected");
      const many = Array(1000).fill(forged).join("\n");
      const texts = [many, ...forgeries(columns, forged), "the last one"];
      for (const text of texts) await mallory.type(JSON.stringify({ text }));
      await alice.untilShows("the last one");
      const rows = await alice.history();
      const first = rows.findIndex((row) => row.startsWith(SENDER));
      const shown = rows.slice(first, rows.indexOf(`${SENDER}the last one`));
      const wrong = shown.filter((row) => !/^(mallory>|│)/.test(row));
      assert(wrong.length === 0, wrong.join("\n"));
      assert(rows.some((row) => row.startsWith("│")));
      assert(rows.some((row) => row.includes("990 more")));
    },
  });
}
