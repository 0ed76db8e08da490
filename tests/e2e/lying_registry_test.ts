import { assert, assertEquals, assertLess } from "@std/assert";
import { formatAddress } from "../../lib/net/mod.ts";
import { sourceCommand } from "../support/command.ts";
import { FakeRegistry } from "../support/fake_registry.ts";
import { growthMiB, LITTLE_GARBAGE, MAX_GROWTH_MIB } from "../support/flood.ts";
import {
  endlessClients,
  endlessLetters,
  pushMail,
} from "../support/lying_registry.ts";
import { Program } from "../support/program.ts";

Deno.test({
  name:
    "a registry that lists clients, sends letters or pushes MAIL without end does not fill a client's memory",
  // The memory of a process is read from /proc.
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await using registry = new FakeRegistry({
      INFO: (request, socket) => socket.reply(request, "INFOACK"),
      COLLECT: endlessLetters({ letters: 6, length: 10_000 }),
    });
    await using alice = new Program({
      // From source: an executable does not read the flags of V8.
      ...sourceCommand(
        "client.ts",
        ...["alice", "0", formatAddress(registry.address), "--json"],
        ...["--accept", "all"],
      ),
      env: LITTLE_GARBAGE,
    });
    await alice.event("registered");
    // What the client needs for any list is not measured.
    await alice.type("/info");
    await alice.event("clients");
    registry.handlers.INFO = endlessClients({ clients: 384 });
    const [link] = registry.links;
    assert(link !== undefined);
    const growth = await growthMiB(alice.pid, async () => {
      for (let round = 0; round < 3; round++) {
        await alice.type("/info");
        await pushMail(link, 30_000);
        const { message } = await alice.event("problem");
        assertEquals(message, "the registry lists more than 20000 clients");
      }
    });
    assertLess(growth, MAX_GROWTH_MIB);
  },
});
