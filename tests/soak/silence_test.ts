import { assert } from "@std/assert";
import { clientCommand } from "../support/programs.ts";
import { World } from "./world.ts";

/** By when a silence is to be found, and how much later a busy machine may, in ms. */
const FOUND = 30_000;
const LATE = 15_000;

// It takes half a minute, and so it is no part of `deno task test`.
if (Deno.args[0] === "soak") {
  Deno.test("a network that falls silent is found by PING, and taken up again by itself", async () => {
    await using world = new World({ alice: clientCommand, bob: clientCommand });
    const { alice, bob, proxies } = world;
    await world.start();
    await alice.say("bob", 10);
    await bob.hears();
    const began = performance.now();
    for (const proxy of Object.values(proxies)) proxy.stall();
    const lost = await alice.tells("registryLost|linkLost");
    await alice.tells(lost === "linkLost" ? "registryLost" : "linkLost");
    const elapsed = performance.now() - began;
    assert(elapsed < FOUND + LATE, `only after ${elapsed} ms`);
    for (const proxy of Object.values(proxies)) proxy.restore();
    const back = await alice.tells("registryBack|linkBack");
    await alice.tells(back === "linkBack" ? "registryBack" : "linkBack");
  });
}
