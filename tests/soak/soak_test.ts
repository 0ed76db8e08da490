import { assert, assertEquals } from "@std/assert";
import { clientCommand, sourceCommand } from "../support/command.ts";
import { killAfterAck } from "./faults.ts";
import { randomFaults, soak } from "./soak.ts";
import { SoakNetwork } from "./network.ts";

// `deno task soak [SECONDS] [SEED]`, or a short one among the other tests.
const [task, ...numbers] = Deno.args.filter((argument) => argument !== "--");
const [seconds = task === "soak" ? 600 : 6, seed = Date.now() % 1_000_000] =
  numbers.map(Number);

Deno.test("each message arrives once and in order, whatever is killed, cut, stalled or truncated", async () => {
  console.log(`seed ${seed}, ${seconds} s`);
  await using network = new SoakNetwork({
    alice: clientCommand,
    bob: clientCommand,
  });
  const { messages, faults, problems } = await soak(
    network,
    seconds * 1000,
    randomFaults(seed),
  );
  console.log(`${messages} messages, ${faults} faults`);
  assertEquals(problems, [], `seed ${seed}`);
});

Deno.test("the soak test finds messages that are acknowledged before they are stored", async () => {
  await using network = new SoakNetwork({
    alice: clientCommand,
    bob: (...args) => sourceCommand("tests/soak/early_ack_client.ts", ...args),
  });
  const { problems } = await soak(
    network,
    1000,
    ({ alice, bob }) => killAfterAck(alice, bob),
  );
  const missing = problems.filter((problem) =>
    problem.startsWith("alice to bob: not kept: message ")
  );
  assert(missing.length > 0, problems.join("\n"));
});
