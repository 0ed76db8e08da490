import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  type ConsoleEvent,
  label,
  render,
} from "../../../lib/console/events/mod.ts";
import type { Party, Protection } from "../../../lib/peer/mod.ts";
import { EXAMPLE_EVENTS } from "../example_events.ts";

const ADDRESS = { host: "192.0.2.1", port: 5556 };
const PROTECTIONS: Protection[] = ["unencrypted", "pinned", "verified"];

function bob(protection: Protection): Party {
  return { name: "bob", address: ADDRESS, direction: "in", protection };
}

/** The text of each example: its style, its line and its items. */
const TEXTS: Record<ConsoleEvent["type"], string[] | undefined> = {
  listening: ["status", "listening on [::1]:5556 as alice"],
  registered: [
    "status",
    "registered as alice with the registry at [::1]:5556",
  ],
  clients: ["status", "registered clients:", "bob [::1]:5556"],
  bridged: ["status", "bob is at [::1]:5556; /chat starts a conversation"],
  nobody: ["status", "carol is not registered"],
  connected: [
    "peer",
    "connected to bob ([::1]:5556): not encrypted; anyone on the network " +
    "path can read it",
  ],
  named: ["peer", "[::1]:5556 identified itself as bob"],
  message: ["peer", "bob (not encrypted)> one␊two ␛[2J 😀"],
  missing: [
    "problem",
    "messages of bob (not encrypted) are missing, before that of TIME: they " +
    "may still come",
  ],
  sent: undefined,
  whoami: [
    "status",
    "you are alice",
    "fingerprint k5wm-2qfa-7tzc-d3nx-vh4e",
    "listening on [::1]:5556",
    "registry [::1]:5556, fingerprint k5wm-2qfa-7tzc-d3nx-vh4e",
  ],
  safetyNumber: [
    "status",
    "compare this safety number with the one that bob sees, by voice or in " +
    "person. If they are the same, /verify bob yes marks bob as verified; if " +
    "they differ, the connection is intercepted: send nothing more",
  ],
  verified: [
    "status",
    "bob is marked as verified, with this safety number (/unverify bob takes " +
    "it back)",
  ],
  unverified: ["status", "bob is not marked as verified any more"],
  request: [
    "peer",
    "eve (k5wm-2qfa-7tzc-d3nx-vh4e) wants to talk: /accept eve, /decline eve, /block eve",
  ],
  requests: [
    "status",
    "strangers:",
    "eve (k5wm-2qfa-7tzc-d3nx-vh4e) wants to talk: /accept eve, /decline eve, /block eve",
    "~b0b (not encrypted) wants to talk: /accept ~b0b, /decline ~b0b; take care: the name looks like bob, which is another client",
  ],
  accepted: ["status", "accepted eve (k5wm-2qfa-7tzc-d3nx-vh4e)"],
  declined: [
    "status",
    "declined eve (k5wm-2qfa-7tzc-d3nx-vh4e), who may ask again tomorrow",
  ],
  overQuota: [
    "problem",
    "more than 500 messages or 4 MiB a day have come from eve: what follows waits with eve until 00:00 UTC; /accept eve allows more",
  ],
  blocked: ["status", "blocked eve (k5wm-2qfa-7tzc-d3nx-vh4e)"],
  unblocked: ["status", "unblocked eve (k5wm-2qfa-7tzc-d3nx-vh4e)"],
  blockedClients: [
    "status",
    "blocked clients:",
    "eve (k5wm-2qfa-7tzc-d3nx-vh4e) since TIME",
  ],
  trustedNext: [
    "status",
    "the key k5wm-2qfa-7tzc-d3nx-vh4e of bob has not come yet: it is accepted " +
    "when it comes, and until then the known key is",
  ],
  trusted: ["status", "accepted the new key of bob: k5wm-2qfa-7tzc-d3nx-vh4e"],
  rotated: [
    "status",
    "your new key is k5wm-2qfa-7tzc-d3nx-vh4e; your contacts take it when " +
    "they are reached, and your safety numbers have changed",
  ],
  keyRotated: [
    "status",
    "bob has a new key, signed by the old one: k5wm-2qfa-7tzc-d3nx-vh4e; it " +
    "is not verified: /verify bob",
  ],
  keyChanged: [
    "problem",
    "the key of bob has changed; /trust bob <fingerprint> accepts the new key",
  ],
  lookAlike: [
    "problem",
    "b0b (k5wm-2qfa-7tzc-d3nx-vh4e) is new; take care: the name looks like bob, which is another client (3 earlier ones are not shown)",
  ],
  letterRefused: [
    "problem",
    "refused a letter from carol (k5wm-2qfa-7tzc-d3nx-vh4e): no key has " +
    "claimed carol",
  ],
  refused: ["problem", "refused a connection from [::1]:5556: it is in plain"],
  registryLost: [
    "problem",
    "the connection to the registry at [::1]:5556 was lost: the connection " +
    "closed; reconnecting",
  ],
  registryBack: [
    "status",
    "registered again with the registry at [::1]:5556",
  ],
  left: undefined,
  delivered: undefined,
  waiting: ["problem", "messages for bob are queued: bob is not registered"],
  linkLost: [
    "problem",
    "the connection to bob was lost: the connection broke; reconnecting, " +
    "messages are queued until then",
  ],
  linkBack: ["status", "reconnected to bob"],
  queue: ["status", "queued messages:", "1 TIME → bob: later ·"],
  unsent: ["status", "withdrawn: TIME → bob: later ·"],
  history: ["status", "earlier messages with bob:", "TIME → bob: later ·"],
  repeated: [
    "status",
    "eve has connected and left 37 times more in the last 60 s",
  ],
  shown: ["peer", "bob> one␊… 2 more lines: /show 3"],
  forgotten: [
    "status",
    "deleted 3 messages with bob; 1 at the registry may still be delivered",
  ],
  target: [
    "status",
    "messages go to b0b; take care: the name looks like bob, which is another client",
  ],
  disconnected: ["peer", "conversation with bob ended: you hung up"],
  peers: [
    "status",
    "open conversations:",
    "bob [::1]:5556 not encrypted, outgoing ← messages go here",
  ],
  help: ["status", "commands:", "/quit                       leave"],
  problem: ["problem", "that cannot be done"],
};

Deno.test("a user reads exactly this text for each event", () => {
  for (const event of Object.values(EXAMPLE_EVENTS)) {
    const rendering = render(event);
    const words = rendering &&
      [rendering.style, rendering.line, ...rendering.items ?? []]
        // The time depends on the time zone.
        .map((text) => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, "TIME"));
    assertEquals(words, TEXTS[event.type]);
  }
});

Deno.test("a request and a quota are named as what they are", () => {
  const address = { host: "192.0.2.7", port: 40_000 };
  const line = (event: ConsoleEvent) => render(event)?.line;
  assertEquals(
    line({ type: "request", name: "~bob", address }),
    "~bob (not encrypted) wants to talk: /accept ~bob, /decline ~bob",
  );
  assertEquals(
    line({ type: "accepted", name: "~bob" }),
    "accepted ~bob (not encrypted)",
  );
  assertEquals(
    line({ type: "declined", name: "~bob" }),
    "declined ~bob (not encrypted)",
  );
  const quota = {
    type: "overQuota",
    messages: 10_000,
    bytes: 2 ** 26,
  } as const;
  assertEquals(
    line({ ...quota, what: "strangers" }),
    "more than 10,000 messages or 64 MiB a day have come from all strangers " +
      "together: what follows waits with their senders until 00:00 UTC",
  );
  assertEquals(
    line({ ...quota, what: "client", name: "bob", accepted: true }),
    "more than 10,000 messages or 64 MiB a day have come from bob: what " +
      "follows waits with bob until 00:00 UTC",
  );
});

Deno.test("an empty list, a single message and a lost registration are named as what they are", () => {
  const lines = [
    render({ type: "clients", clients: [] }),
    render({ type: "nobody", target: undefined }),
    render({ type: "peers", parties: [], target: undefined }),
    render({ type: "queue", messages: [] }),
    render({ type: "history", messages: [] }),
    render({ type: "forgotten", name: "bob", messages: 0, left: 0 }),
    render({ type: "forgotten", name: "bob", messages: 1, left: 0 }),
    render({ type: "connected", party: bob("verified") }),
    render({
      type: "registryLost",
      registry: ADDRESS,
      reason: "you have registered on another connection",
      final: true,
    }),
  ].map((rendering) => rendering?.line);
  assertEquals(lines, [
    "no clients are registered",
    "no other client is registered",
    "no open conversations",
    "no messages are queued",
    "no messages found",
    "no messages with bob are stored",
    "deleted 1 message with bob",
    "incoming connection from bob (192.0.2.1:5556): encrypted and verified",
    "the registration with the registry at 192.0.2.1:5556 ended: you have " +
    "registered on another connection; /register registers again",
  ]);
});

Deno.test("verified, pinned and unencrypted conversations differ in every line, without colour", () => {
  assertEquals(PROTECTIONS.map((how) => label(bob(how))), [
    "bob (not encrypted)",
    "bob",
    "bob (verified)",
  ]);
  const lines = (how: Protection) => [
    render({ type: "connected", party: bob(how) })?.line,
    render({ type: "message", from: bob(how), text: "hi" })?.line,
    render({ type: "peers", parties: [bob(how)], target: undefined })
      ?.items?.[0],
  ];
  const shown = PROTECTIONS.map(lines);
  for (let kind = 0; kind < 3; kind++) {
    assertEquals(new Set(shown.map((lines) => lines[kind])).size, 3);
  }
  assertMatch(
    shown[0]?.[0] ?? "",
    /not encrypted; anyone on the network path can read it$/,
  );
  assertMatch(
    shown[1]?.[0] ?? "",
    /encrypted, not verified; \/verify bob rules out an attacker$/,
  );
  assertMatch(shown[2]?.[0] ?? "", /encrypted and verified$/);
});

Deno.test("a message that comes after later ones is marked as late", () => {
  const texts = PROTECTIONS.map((how) => {
    const from = bob(how);
    return render({ type: "message", from, text: "hi", late: true })?.line;
  });
  assertEquals(texts, [
    "bob (not encrypted) (late)> hi",
    "bob (late)> hi",
    "bob (verified) (late)> hi",
  ]);
});

Deno.test("no name that a peer chooses looks verified, or late", () => {
  // Neither of these is a client ID, or the name of a conversation in plain.
  const names = ["bob (verified)", "bob\x1b[2K(verified)", "bob (late)"];
  for (const name of names) {
    const shown = label({ ...bob("unencrypted"), name });
    assert(shown.endsWith(" (not encrypted)"), shown);
    assert(!shown.includes("\x1b"), shown);
  }
});

Deno.test("a changed key is reported with its reason, and the command that accepts it", () => {
  const words = render({
    type: "keyChanged",
    direction: "in",
    name: "bob",
    fingerprint: "k5wm-2qfa-7tzc-d3nx-vh4e",
    reason: "the key of bob has changed",
  });
  assertEquals(words, {
    style: "problem",
    line:
      "the key of bob has changed; /trust bob <fingerprint> accepts the new key",
  });
});

Deno.test("text from a peer or a registry is sanitized in every line", () => {
  const evil = "no\x1b[2J\nbob> forged";
  for (
    const words of [
      render({ type: "refused", address: ADDRESS, reason: evil }),
      render({ type: "problem", message: evil }),
      render({
        type: "registryLost",
        registry: ADDRESS,
        reason: evil,
        final: true,
      }),
      render({ type: "disconnected", party: bob("pinned"), reason: evil }),
    ]
  ) {
    assert(words?.line.includes("no␛[2J␊bob> forged"), words?.line);
  }
});

/** What is not from outside: it decides how an event is written. */
const OWN_WORDS = [
  "type",
  "what",
  "direction",
  "protection",
  "state",
  "safetyNumber",
];

/** A value with each text in it replaced, but for what is not from outside. */
function withTexts(value: unknown, text: string): unknown {
  if (typeof value === "string") return text;
  if (Array.isArray(value)) return value.map((each) => withTexts(each, text));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      OWN_WORDS.includes(name) ? each : withTexts(each, text),
    ]),
  );
}

Deno.test("no text of any event reaches the screen with anything hidden in it", () => {
  for (const event of Object.values<ConsoleEvent>(EXAMPLE_EVENTS)) {
    const evil = "a\x1b[2J\n\u200b\u202e\u2028" + "\u0301".repeat(9);
    // The same shape, with other texts.
    const words = render(withTexts(event, evil) as ConsoleEvent);
    for (const line of [words?.line ?? "", ...words?.items ?? []]) {
      const what = `${event.type}: ${JSON.stringify(line)}`;
      assert(!/[\p{Cc}\p{Cf}\u2028]|\p{Mn}{5}/u.test(line), what);
    }
  }
});
