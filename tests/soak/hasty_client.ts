import { setTimeout as sleep } from "node:timers/promises";
import { runConsole } from "../../lib/console/mod.ts";
import { parseAddress } from "../../lib/net/mod.ts";
import { openHome } from "../../lib/peer/mod.ts";

/** How long after it was acknowledged a message is stored, in ms. */
const LATE = 200;

/**
 * A client with a bug that the fault test has to find: it acknowledges what
 * arrives before it is on the disk. Takes the arguments that the fault test
 * gives.
 */
async function main(args: readonly string[]): Promise<void> {
  const [clientID = "", , server = "", , , advertise] = args;
  const folder = Deno.env.get("P2PCHAT_HOME") ?? "";
  using home = await openHome(folder, clientID);
  const { inbox } = home.store;
  const receive = inbox.receive.bind(inbox);
  inbox.receive = (key, peer, arrivals, now) => {
    sleep(LATE).then(() => receive(key, peer, arrivals, now));
    return arrivals.map((arrival) => ({ direction: "in", peer, ...arrival }));
  };
  await runConsole({
    ...home,
    clientID,
    listen: { host: "127.0.0.1", port: 0 },
    advertise: Number(advertise),
    registry: parseAddress(server),
    register: true,
    json: true,
  });
}

await main(Deno.args);
