import { setTimeout as sleep } from "node:timers/promises";
import { runConsole } from "../../lib/console/mod.ts";
import { parseAddress } from "../../lib/net/mod.ts";
import { openHome } from "../../lib/peer/mod.ts";

/** How long a message is stored after its acknowledgement, in ms. */
const STORE_DELAY_MS = 2000;

/**
 * A client with a bug that the soak test has to find: it acknowledges messages
 * before they are on the disk. It takes the arguments that the soak test gives.
 */
async function main(args: readonly string[]): Promise<void> {
  const [clientID = "", , server = "", , , , advertise] = args;
  const folder = Deno.env.get("P2PCHAT_HOME") ?? "";
  using home = await openHome(folder, clientID);
  const { inbox } = home.store;
  const receive = inbox.receive.bind(inbox);
  inbox.receive = (key, peer, arrivals, now) => {
    sleep(STORE_DELAY_MS).then(() => receive(key, peer, arrivals, now));
    const fresh = arrivals.map((arrival) => (
      { direction: "in", peer, ...arrival } as const
    ));
    return { fresh, stored: fresh.length, late: new Set() };
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
