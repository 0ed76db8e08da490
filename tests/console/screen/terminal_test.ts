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

/** Alice at a terminal where `/chat` takes its time. */
async function startSlowSelection(): Promise<Tmux> {
  const alice = await Tmux.start(
    sourceCommand("tests/console/screen/slow_selection.ts"),
  );
  await alice.untilLast("alice>");
  return alice;
}

Deno.test({
  name:
    "the prompt of a line that is being typed shows where it goes, and another target only when it is entered",
  // Windows has no tmux.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using alice = await startSlowSelection();
    await alice.keys("/to bob", "Enter");
    await alice.untilLast("alice → bob>");
    await alice.keys("/chat carol", "Enter");
    await alice.untilLast("alice → bob>");
    await alice.keys("half");
    await alice.untilLast("alice → bob> half");
    await alice.untilShows("messages go to carol");
    await alice.untilLast("alice → bob> half");
    await alice.keys("Enter");
    await alice.untilShows("half to bob");
    await alice.untilLast("alice → carol>");
  },
});

Deno.test({
  name:
    "a line that was begun without a target is put back when it is refused, and goes to none that is selected later",
  // Windows has no tmux.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using alice = await startSlowSelection();
    await alice.keys("/chat carol", "Enter");
    await alice.untilLast("alice>");
    await alice.keys("half");
    await alice.untilShows("messages go to carol");
    await alice.untilLast("alice> half");
    for (const more of ["1", "2"]) {
      await alice.keys(more, "Enter");
      const line = more === "1" ? "half1" : "half12";
      await alice.untilShows(`${line} to nobody`);
      await alice.untilLast(`alice> ${line}`);
    }
    await alice.keys("C-u");
    await alice.untilLast("alice → carol>");
    await alice.keys("Up", "Enter");
    await alice.untilShows("half12 to carol");
  },
});

Deno.test({
  name:
    "what is typed after a command waits for it, but not as long as it takes a slow one",
  // Windows has no tmux.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using alice = await startSlowSelection();
    await alice.keys("/to bob", "Enter", "one", "Enter");
    await alice.untilShows("one to bob");
    await alice.keys("/chat carol", "Enter", "two", "Enter");
    await alice.untilShows("two to bob");
    await alice.untilLast("alice → carol>");
  },
});
