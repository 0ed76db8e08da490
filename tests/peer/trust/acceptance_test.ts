import { assert, assertEquals } from "@std/assert";
import { openStore } from "../../../lib/peer/store/mod.ts";
import {
  Acceptance,
  type AcceptPolicy,
  FirstContacts,
} from "../../../lib/peer/trust/mod.ts";

const NOW = Date.UTC(2026, 0);

/** Decides by a policy; bob is accepted under the key B, and M is blocked. */
function acceptance(policy?: AcceptPolicy) {
  const store = openStore(":memory:", { now: NOW });
  store.pins.pin("bob", "B");
  store.pins.accept("bob");
  store.pins.pin("mallory", "M");
  store.pins.accept("mallory");
  store.blocked.add({ key: "M", name: "mallory", since: NOW });
  const restart = () =>
    new Acceptance({
      policy,
      contacts: new FirstContacts({ known: [], onEvent: () => {} }),
      ...store,
    });
  return {
    acceptance: restart(),
    pins: store.pins,
    restart,
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

for (
  const [policy, ...expected] of [
    [undefined, "accept", "hold", "ignore", "accept"],
    ["ask", "accept", "hold", "ignore", "hold"],
    ["all", "accept", "accept", "ignore", "accept"],
    ["known", "accept", "refuse", "refuse", "refuse"],
  ] as const
) {
  Deno.test(`with ${policy ?? "no policy"}, an accepted client, a stranger, a blocked client and a call in plaintext are treated as the policy says`, () => {
    using of = acceptance(policy);
    const { acceptance: it } = of;
    assertEquals([
      it.admissionOf("bob", "B", NOW),
      it.admissionOf("eve", "E", NOW),
      it.admissionOf("mallory", "M", NOW),
      it.plainAdmission,
    ], expected);
  });
}

Deno.test("with all, 10,000 clients that are new are let in on a day, over a restart too, and those that are known, always", () => {
  using of = acceptance("all");
  const { acceptance: it } = of;
  const come = (n: number, now = NOW) => {
    const admission = it.admissionOf(`eve${n}`, `E${n}`, now);
    // It is pinned once its claim is verified.
    if (admission === "accept") of.pins.pin(`eve${n}`, `E${n}`);
    if (admission === "accept" && n < 10_000) it.letIn(now);
    return admission;
  };
  for (let n = 0; n < 10_000; n++) assertEquals(come(n), "accept");
  assertEquals(come(10_000), "refuse");
  assertEquals(come(0), "accept");
  const restarted = of.restart();
  assertEquals(restarted.admissionOf("eve", "E10000", NOW), "refuse");
  assertEquals(restarted.admissionOf("eve0", "E0", NOW), "accept");
  assertEquals(it.admissionOf("bob", "B", NOW), "accept");
  assertEquals(come(10_000, NOW + 24 * 60 * 60 * 1000), "accept");
});

Deno.test("only the key that is pinned, and not blocked, is that of an accepted client, which has a place of its own", () => {
  using of = acceptance("all");
  const { acceptance: it } = of;
  assert(it.isAccepted("bob", "B"));
  assert(!it.isAccepted("bob", "E"));
  assert(!it.isAccepted("eve", "E"));
  assert(!it.isAccepted("mallory", "M"));
});
