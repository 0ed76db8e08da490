import { assertEquals } from "@std/assert";
import {
  describeTarget,
  TargetSelection,
} from "../../lib/console/target_selection.ts";
import type { Party, PeerEvent } from "../../lib/peer/mod.ts";

const ADDRESS = { host: "192.0.2.1", port: 5556 };

function party(
  name: string,
  protection: Party["protection"] = "pinned",
): Party {
  return { name, address: ADDRESS, direction: "in", protection };
}

const plain = (name: string) => party(name, "unencrypted");

const connected = (party: Party): PeerEvent => ({ type: "connected", party });

const disconnected = (party: Party): PeerEvent => ({
  type: "disconnected",
  party,
  reason: "the peer hung up",
});

/** A letter of a client, or a text of a peer in plaintext. */
function message(name: string, id?: string): PeerEvent {
  const event = { type: "message", from: party(name), text: "hi" } as const;
  return id === undefined ? event : { ...event, id };
}

/** The target's name after some events. */
function targetAfter(
  target: TargetSelection,
  ...events: PeerEvent[]
): string | undefined {
  for (const event of events) target.follow(event);
  return target.current.name;
}

Deno.test("without a selection the target is the first conversation", () => {
  const target = new TargetSelection();
  assertEquals(targetAfter(target), undefined);
  assertEquals(targetAfter(target, connected(party("bob"))), "bob");
});

Deno.test("without a selection the target is the first client that left a message, if its ID was proved", () => {
  const target = new TargetSelection();
  assertEquals(targetAfter(target, message("bob")), undefined);
  assertEquals(targetAfter(target, message("bob", "1")), "bob");
  assertEquals(targetAfter(target, message("carol", "2")), "bob");
});

const CALL_AND_MESSAGES = [
  connected(party("zed")),
  message("zed", "1"),
  message("zed"),
  connected(plain("~zed")),
];

for (
  const [how, begin] of [
    ["came first", [connected(party("bob"))]],
    ["came first and left", [
      connected(party("bob")),
      disconnected(party("bob")),
    ]],
    ["left a message", [message("bob", "1")]],
    ["was selected", ["bob"]],
    ["was selected and left", ["bob", disconnected(party("bob"))]],
  ] as const
) {
  Deno.test(`no call and no message changes the target that ${how}`, () => {
    const target = new TargetSelection();
    for (const step of begin) {
      if (typeof step === "string") target.select(step);
      else target.follow(step);
    }
    assertEquals(targetAfter(target, ...CALL_AND_MESSAGES), "bob");
  });
}

Deno.test("where the target in plaintext has ended, no call and no message becomes the target", () => {
  const target = new TargetSelection();
  assertEquals(targetAfter(target, connected(plain("~bob"))), "~bob");
  const end = [disconnected(plain("~bob")), ...CALL_AND_MESSAGES];
  assertEquals(targetAfter(target, ...end), undefined);
  assertEquals(target.current.ended, "~bob");
  target.select("zed");
  assertEquals(targetAfter(target, connected(plain("~bob"))), "zed");
  assertEquals(target.current.ended, undefined);
});

Deno.test("where the user has deselected the target, no call and no message becomes the target", () => {
  const target = new TargetSelection();
  target.select("bob");
  target.select(undefined);
  assertEquals(targetAfter(target, ...CALL_AND_MESSAGES), undefined);
});

Deno.test("a message that names a client selects it only if none is selected", () => {
  const target = new TargetSelection();
  target.select("bob");
  target.selectIfNone("carol");
  assertEquals(target.current.name, "bob");
  target.select(undefined);
  target.selectIfNone("carol");
  assertEquals(target.current.name, "carol");
});

Deno.test("the selection follows a conversation to its new name, and ends with one in plain", () => {
  const target = new TargetSelection();
  target.select("192.0.2.1:5556");
  const named = {
    type: "named",
    party: plain("~bob"),
    was: "192.0.2.1:5556",
  } as const;
  assertEquals(targetAfter(target, named), "~bob");
  assertEquals(targetAfter(target, disconnected(party("~bob"))), "~bob");
  assertEquals(targetAfter(target, disconnected(plain("~bob"))), undefined);
});

Deno.test("the target of a line stays what it was when the line was begun", () => {
  const target = new TargetSelection();
  using none = target.hold();
  target.select("bob");
  using bob = target.hold();
  target.select("carol");
  using carol = target.hold();
  target.select(undefined);
  assertEquals(
    [none, bob, carol].map(({ name }) => name),
    [undefined, "bob", "carol"],
  );
});

Deno.test("the target of a line follows its conversation, and is not another one of the same name", () => {
  const target = new TargetSelection();
  target.follow(connected(plain("192.0.2.1:5556")));
  using line = target.hold();
  target.select("carol");
  target.follow({
    type: "named",
    party: plain("~bob"),
    was: "192.0.2.1:5556",
  });
  assertEquals([line.name, line.ended], ["~bob", undefined]);
  target.follow(disconnected(plain("~bob")));
  target.follow(connected(plain("~bob")));
  assertEquals([line.name, line.ended], [undefined, "~bob"]);
  assertEquals(target.current.name, "carol");
});

Deno.test("a target is shown with its protection, also when it is not connected", () => {
  const shown = (name: string | undefined, ...parties: Party[]) => {
    const protectionOf = () => "verified" as const;
    const target = describeTarget({ name }, { parties, protectionOf });
    return target && [target.name, target.protection];
  };
  assertEquals(shown(undefined, party("bob")), undefined);
  assertEquals(shown("bob", party("bob")), ["bob", "pinned"]);
  assertEquals(shown("bob"), ["bob", "verified"]);
  assertEquals(shown("~bob", plain("~bob")), ["~bob", "unencrypted"]);
  assertEquals(shown("~bob"), undefined);
});
