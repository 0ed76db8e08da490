import { runConsole } from "./lib/console/mod.ts";
import { type Address, formatAddress } from "./lib/net/mod.ts";
import { Peer } from "./lib/peer/mod.ts";
import { Registry } from "./lib/registry/mod.ts";
import { stopSignal } from "./program.ts";

const FREE_PORT: Address = { host: "127.0.0.1", port: 0 };

/** How long to wait for the last echo when the input ends. */
const LAST_ECHO_TIMEOUT_MS = 2000;

/** Starts a bot: a peer that returns each message to its sender. */
async function startEcho(registry: Address): Promise<Peer> {
  const echo = Peer.listen({
    accept: "all",
    clientID: "echo",
    listen: FREE_PORT,
    registry,
    onEvent: (event) => {
      if (event.type !== "message") return;
      // The sender may have left.
      echo.send(event.from.name, event.text).catch(() => {});
    },
  });
  await echo.register();
  return echo;
}

/** Runs a registry, the peer `echo`, and the peer `you` with a console. */
async function demo(): Promise<void> {
  await using registry = Registry.listen({ listen: FREE_PORT, plain: true });
  await using _echo = await startEcho(registry.address);
  console.error(
    `registry listening on ${formatAddress(registry.address)}; ` +
      "the peer echo returns each message; /quit ends the demo",
  );
  let unanswered = 0;
  const answered = Promise.withResolvers<void>();
  let ending = false;
  await runConsole({
    clientID: "you",
    listen: FREE_PORT,
    registry: registry.address,
    register: true,
    chat: "echo",
    stopped: stopSignal({ hangup: true }),
    json: false,
    onEvent: ({ type }) => {
      if (type === "sent") unanswered++;
      if (type === "message") unanswered--;
      if (ending && unanswered <= 0) answered.resolve();
    },
    beforeEnd: async () => {
      ending = true;
      const timer = setTimeout(() => answered.resolve(), LAST_ECHO_TIMEOUT_MS);
      if (unanswered > 0) await answered.promise;
      clearTimeout(timer);
    },
  });
}

await demo();
Deno.exit(0);
