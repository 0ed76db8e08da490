import { Terminal } from "../../../lib/console/screen/mod.ts";
import { TargetSelection } from "../../../lib/console/target_selection.ts";

/**
 * A terminal where `/to NAME` selects a client at once, and `/chat NAME` does it
 * after a while; it prints where each message goes.
 */
const CHAT_MS = 1500;
const terminal = new Terminal(false);
const { promise: ended, resolve: end } = Promise.withResolvers<void>();
const selection = new TargetSelection();
await terminal.run({
  clientID: "alice",
  ended,
  holdTarget: () => selection.hold(),
  describe: ({ name }) =>
    name === undefined ? undefined : { name, protection: "pinned" },
  async enter(text, target) {
    const [command, name = ""] = text.split(" ");
    if (command === "/to" || command === "/chat") {
      if (command === "/chat") {
        await new Promise((resolve) => setTimeout(resolve, CHAT_MS));
      }
      selection.select(name);
      terminal.write({ type: "target", name, resembles: undefined });
      return undefined;
    }
    const to = target.name;
    terminal.write({
      type: "problem",
      message: `${text} to ${to ?? "nobody"}`,
    });
    return to === undefined ? undefined : { to, text };
  },
  complete: () => [],
  end,
});
terminal.close();
