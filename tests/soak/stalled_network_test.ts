import { assert } from "@std/assert";
import { clientCommand } from "../support/command.ts";
import { SoakNetwork } from "./network.ts";

/** When a silence is detected at the latest, and the slack for a busy machine, in ms. */
const DETECTION_MS = 30_000;
const SLACK_MS = 15_000;

// It takes half a minute, and so it is no part of `deno task test`.
if (Deno.args[0] === "soak") {
  Deno.test("a silent network is detected by PING, and the client reconnects by itself", async () => {
    await using network = new SoakNetwork({
      alice: clientCommand,
      bob: clientCommand,
    });
    const { alice, bob, proxies } = network;
    await network.start();
    await alice.send("bob", 10);
    await bob.waitForMessage();
    const began = performance.now();
    for (const proxy of Object.values(proxies)) proxy.stall();
    const lost = await alice.waitForEvent("registryLost|linkLost");
    await alice.waitForEvent(lost === "linkLost" ? "registryLost" : "linkLost");
    const elapsed = performance.now() - began;
    assert(elapsed < DETECTION_MS + SLACK_MS, `only after ${elapsed} ms`);
    for (const proxy of Object.values(proxies)) proxy.restore();
    const back = await alice.waitForEvent("registryBack|linkBack");
    await alice.waitForEvent(back === "linkBack" ? "registryBack" : "linkBack");
  });
}
