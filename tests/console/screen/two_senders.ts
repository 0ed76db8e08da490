import { Terminal } from "../../../lib/console/screen/mod.ts";

/**
 * A terminal whose session sends a message of its own before each that is
 * typed; that one is delivered, and the typed one waits.
 */
const terminal = new Terminal(false);
const { promise: ended, resolve: end } = Promise.withResolvers<void>();
let messages = 0;
await terminal.run({
  clientID: "alice",
  ended,
  holdTarget: () => ({
    name: "bob",
    ended: undefined,
    [Symbol.dispose]() {},
  }),
  describe: () => undefined,
  enter(text) {
    if (text === "refused") return Promise.resolve(undefined);
    const [own, typed] = [`${++messages}`, `${++messages}`];
    terminal.write({ type: "sent", to: "carol", text: "own", id: own });
    terminal.write({ type: "delivered", to: "carol", id: own });
    terminal.write({ type: "sent", to: "bob", text, id: typed });
    return Promise.resolve({ to: "bob", text, id: typed });
  },
  complete: () => [],
  end,
});
terminal.close();
