import { assertEquals } from "@std/assert";
import { TargetSelection } from "../../lib/console/target_selection.ts";
import type { Party } from "../../lib/peer/mod.ts";

const ADDRESS = { host: "192.0.2.1", port: 5556 };

function party(
  name: string,
  protection: Party["protection"] = "pinned",
): Party {
  return { name, address: ADDRESS, direction: "in", protection };
}

/** The target's name while these are in conversation. */
function targetAmong(
  target: TargetSelection,
  ...parties: Party[]
): string | undefined {
  return target.resolve({ parties, protectionOf: () => "pinned" })?.name;
}

Deno.test("without a selection the target is the only conversation, and none among several", () => {
  const target = new TargetSelection();
  assertEquals(targetAmong(target), undefined);
  assertEquals(targetAmong(target, party("bob")), "bob");
  assertEquals(targetAmong(target, party("bob"), party("carol")), undefined);
});

Deno.test("the selected client stays the target when it is not connected", () => {
  const target = new TargetSelection();
  target.select("bob");
  target.selectIfNone("carol");
  assertEquals(targetAmong(target, party("carol")), "bob");
  assertEquals(targetAmong(target), "bob");
  target.select(undefined);
  target.selectIfNone("carol");
  assertEquals(targetAmong(target, party("bob")), "carol");
});

Deno.test("the last sender is the target when no peer is connected, if its ID was proved", () => {
  const target = new TargetSelection();
  const from = party("bob");
  target.follow({ type: "message", from, text: "in plain" });
  assertEquals(targetAmong(target), undefined);
  target.follow({ type: "message", from, text: "proved", id: "1" });
  assertEquals(targetAmong(target), "bob");
  assertEquals(targetAmong(target, party("carol")), "carol");
});

Deno.test("the selection follows a conversation to its new name, and ends with one in plain", () => {
  const target = new TargetSelection();
  target.select("192.0.2.1:5556");
  target.follow({
    type: "named",
    party: party("bob", "unencrypted"),
    was: "192.0.2.1:5556",
  });
  assertEquals(targetAmong(target), "bob");
  const ended = (party: Party) =>
    target.follow({ type: "disconnected", party, reason: "you hung up" });
  ended(party("bob"));
  assertEquals(targetAmong(target), "bob");
  ended(party("bob", "unencrypted"));
  assertEquals(targetAmong(target), undefined);
});
