import { assertEquals } from "@std/assert";
import {
  type MessageStage,
  MessageStages,
} from "../../../lib/peer/conversation/message_stages.ts";
import { openStore } from "../../../lib/peer/mod.ts";

/** A message that is queued, and what tells its stage. */
function queued() {
  const store = openStore(":memory:", { now: Date.now() });
  const { outbox } = store;
  const inFlight: string[] = [];
  const stages = new MessageStages(outbox, () => [[], inFlight]);
  const { id } = outbox.queue("bob", "hello", Date.now());
  return {
    id,
    outbox,
    inFlight,
    stages,
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

type Message = ReturnType<typeof queued>;

/** Each stage, and what brings a message there. */
const STAGES: [stage: MessageStage, reach: (message: Message) => void][] = [
  ["queued", () => {}],
  ["inFlight", ({ inFlight, id }) => inFlight.push(id)],
  ["possiblyDelivered", ({ stages, id }) => stages.addPossiblyDelivered(id)],
  ["left", ({ stages, outbox, id }) => {
    stages.addPossiblyDelivered(id);
    outbox.markDeposited([id], Date.now());
  }],
  ["delivered", ({ stages, outbox, inFlight, id }) => {
    inFlight.push(id);
    stages.addPossiblyDelivered(id);
    outbox.markDelivered("bob", [id]);
  }],
];

for (const [stage, reach] of STAGES) {
  const allowed = stage === "queued";
  const words = allowed ? "can be taken back" : "cannot be taken back";
  Deno.test(`a message whose stage is ${stage} ${words}`, () => {
    using message = queued();
    const { stages, id } = message;
    reach(message);
    assertEquals(stages.stageOf(id), stage);
    assertEquals(stages.hasInFlight, message.inFlight.length > 0);
    assertEquals(stages.unsend(id)?.text, allowed ? "hello" : undefined);
    assertEquals(stages.stageOf(id), allowed ? undefined : stage);
  });
}

Deno.test("a message that the registry has refused is queued again", () => {
  using message = queued();
  const { stages, id } = message;
  assertEquals(stages.addPossiblyDelivered(id), true);
  assertEquals(stages.addPossiblyDelivered(id), false);
  stages.removePossiblyDelivered(id);
  assertEquals(stages.stageOf(id), "queued");
});
