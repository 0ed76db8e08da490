import { assertEquals, assertMatch } from "@std/assert";
import { sourceCommand } from "../../support/command.ts";
import { Tmux } from "../../support/tmux.ts";

Deno.test({
  name:
    "the mark of a message stays after the line that sent it while other messages are sent or refused",
  // Windows has no tmux.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using alice = await Tmux.start(
      sourceCommand("tests/console/screen/two_senders.ts"),
    );
    await alice.untilLast("alice>");
    for (const line of ["first", "refused", "second"]) {
      await alice.keys(line, "Enter");
    }
    await alice.until((screen) =>
      screen.slice(-4).join("|") ===
        "alice> first ·|alice> refused|alice> second ·|alice>"
    );
  },
});

Deno.test({
  name:
    "a row that is too long for the terminal is cut, and does not go on at the left edge",
  // Windows has no tmux.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using alice = await Tmux.start(
      sourceCommand("tests/console/screen/mistaken_width.ts"),
    );
    const screen = await alice.untilShows("code 0");
    const [first, second] = screen.filter((row) => !row.startsWith("$"));
    assertMatch(first ?? "", /^mallory> x{70}.$/);
    assertEquals(second, "mallory> that was all");
  },
});
