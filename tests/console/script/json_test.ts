import { assert, assertEquals } from "@std/assert";
import type { ConsoleEvent } from "../../../lib/console/mod.ts";
import { parseJsonMessage, toJson } from "../../../lib/console/script/json.ts";
import { EXAMPLE_EVENTS } from "../example_events.ts";

/** What is written for each of them, byte for byte: scripts depend on it. */
const LINES: Record<ConsoleEvent["type"], string> = {
  listening: '{"event":"listening","clientID":"alice","address":"[::1]:5556"}',
  registered:
    '{"event":"registered","clientID":"alice","registry":"[::1]:5556"}',
  clients:
    '{"event":"clients","clients":[{"clientID":"bob","address":"[::1]:5556","key":"AAAA"}]}',
  bridged:
    '{"event":"bridged","clientID":"bob","address":"[::1]:5556","key":"AAAA"}',
  nobody: '{"event":"nobody","target":"carol"}',
  connected:
    '{"event":"connected","name":"bob","address":"[::1]:5556","direction":"out","protection":"unencrypted"}',
  named:
    '{"event":"named","name":"bob","address":"[::1]:5556","direction":"out","protection":"unencrypted","was":"[::1]:5556"}',
  message:
    '{"event":"message","from":"bob","protection":"unencrypted","text":"one\\ntwo \\u001b[2J 😀"}',
  missing:
    `{"event":"missing","from":"bob","protection":"unencrypted","id":"01M86BV9B5K63MJ7WZW52Z0Y29","time":"${
      new Date(2026, 0, 1, 12).toISOString()
    }"}`,
  sent: '{"event":"sent","to":"bob","text":"hello"}',
  whoami:
    '{"event":"whoami","clientID":"alice","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e","address":"[::1]:5556","registry":"[::1]:5556","registryKey":"k5wm-2qfa-7tzc-d3nx-vh4e"}',
  safetyNumber:
    '{"event":"safetyNumber","clientID":"bob","safetyNumber":"12345 67890","verified":false}',
  unverified: '{"event":"unverified","clientID":"bob"}',
  verified:
    '{"event":"verified","clientID":"bob","safetyNumber":"12345 67890"}',
  request:
    '{"event":"request","name":"eve","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e","address":"[::1]:5556"}',
  requests:
    '{"event":"requests","strangers":[{"name":"eve","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e"},{"name":"~b0b","resembles":"bob"}]}',
  accepted:
    '{"event":"accepted","name":"eve","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e"}',
  overQuota:
    '{"event":"overQuota","what":"client","name":"eve","messages":500,"bytes":4194304}',
  blocked:
    '{"event":"blocked","name":"eve","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e"}',
  unblocked:
    '{"event":"unblocked","name":"eve","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e"}',
  blockedClients:
    `{"event":"blockedClients","clients":[{"name":"eve","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e","since":"${
      new Date(2026, 0, 1, 12).toISOString()
    }"}]}`,
  declined:
    '{"event":"declined","name":"eve","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e"}',
  trustedNext:
    '{"event":"trustedNext","name":"bob","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e"}',
  trusted:
    '{"event":"trusted","name":"bob","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e"}',
  rotated: '{"event":"rotated","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e"}',
  keyRotated:
    '{"event":"keyRotated","name":"bob","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e","wasVerified":true}',
  keyChanged:
    '{"event":"keyChanged","name":"bob","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e","reason":"the key of bob has changed"}',
  lookAlike:
    '{"event":"lookAlike","name":"b0b","resembles":"bob","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e","omitted":3}',
  letterRefused:
    '{"event":"letterRefused","from":"carol","fingerprint":"k5wm-2qfa-7tzc-d3nx-vh4e","reason":"no key has claimed carol"}',
  refused:
    '{"event":"refused","address":"[::1]:5556","reason":"it is in plain"}',
  registryLost:
    '{"event":"registryLost","registry":"[::1]:5556","reason":"the connection closed","final":false}',
  registryBack: '{"event":"registryBack","registry":"[::1]:5556"}',
  left: '{"event":"left","to":"bob","id":"01M86BV9B5K63MJ7WZW52Z0Y29"}',
  delivered:
    '{"event":"delivered","to":"bob","id":"01M86BV9B5K63MJ7WZW52Z0Y29"}',
  waiting: '{"event":"waiting","to":"bob","reason":"bob is not registered"}',
  linkLost:
    '{"event":"linkLost","name":"bob","address":"[::1]:5556","direction":"out","protection":"unencrypted","reason":"the connection broke"}',
  linkBack:
    '{"event":"linkBack","name":"bob","address":"[::1]:5556","direction":"out","protection":"unencrypted"}',
  queue:
    '{"event":"queue","messages":[{"direction":"out","peer":"bob","id":"01M86BV9B5K63MJ7WZW52Z0Y29","time":"1970-01-01T00:00:00.000Z","text":"later","state":"queued"}]}',
  unsent:
    '{"event":"unsent","direction":"out","peer":"bob","id":"01M86BV9B5K63MJ7WZW52Z0Y29","time":"1970-01-01T00:00:00.000Z","text":"later","state":"queued"}',
  history:
    '{"event":"history","messages":[{"direction":"out","peer":"bob","id":"01M86BV9B5K63MJ7WZW52Z0Y29","time":"1970-01-01T00:00:00.000Z","text":"later","state":"queued"}],"earlier":"bob"}',
  repeated:
    '{"event":"repeated","what":"connected","name":"eve","suppressed":37,"seconds":60}',
  shown:
    '{"event":"shown","number":3,"speaker":"bob> ","text":"one\\n… 2 more lines: /show 3"}',
  forgotten: '{"event":"forgotten","name":"bob","messages":3,"left":1}',
  target: '{"event":"target","name":"b0b","resembles":"bob"}',
  disconnected:
    '{"event":"disconnected","name":"bob","address":"[::1]:5556","direction":"out","protection":"unencrypted","reason":"you hung up"}',
  peers:
    '{"event":"peers","peers":[{"name":"bob","address":"[::1]:5556","direction":"out","protection":"unencrypted"}],"target":"bob"}',
  help: '{"event":"help","commands":[{"usage":"/quit","help":"leave"}]}',
  problem: '{"event":"problem","message":"that cannot be done"}',
};

Deno.test("the JSON of each event is, byte for byte, what scripts rely on", () => {
  for (const event of Object.values(EXAMPLE_EVENTS)) {
    assertEquals(toJson(event), LINES[event.type]);
  }
});

Deno.test("every event is one JSON object in a line that names its type", () => {
  for (const [type, event] of Object.entries(EXAMPLE_EVENTS)) {
    const line = toJson(event);
    assert(!line.includes("\n"), line);
    assertEquals(JSON.parse(line).event, type);
  }
});

Deno.test("a message is given to a script as it was sent, and addresses as text", () => {
  assertEquals(JSON.parse(toJson(EXAMPLE_EVENTS.message)), {
    event: "message",
    from: "bob",
    protection: "unencrypted",
    text: "one\ntwo \x1b[2J 😀",
  });
  assertEquals(JSON.parse(toJson(EXAMPLE_EVENTS.connected)), {
    event: "connected",
    name: "bob",
    address: "[::1]:5556",
    direction: "out",
    protection: "unencrypted",
  });
});

Deno.test("the README lists every event and its fields", async () => {
  const readme = await Deno.readTextFile(
    new URL("../../../README.md", import.meta.url),
  );
  const rows = readme.split("\n").filter((line) => line.startsWith("| `"));
  for (const [type, event] of Object.entries(EXAMPLE_EVENTS)) {
    const row = rows.find((row) => row.startsWith(`| \`${type}\``));
    assert(row !== undefined, `no row for ${type}`);
    for (const field of Object.keys(JSON.parse(toJson(event)))) {
      // Some rows stand for the fields of a conversation by its name.
      const said = field === "event" || row.includes(`\`${field}\``) ||
        row.includes("`connected`") &&
          field in JSON.parse(toJson(EXAMPLE_EVENTS.connected));
      assert(said, `${type}: ${field}`);
    }
  }
});

Deno.test("what is invisible in a text is escaped, and the text is the same", () => {
  const from = { name: "bob", protection: "pinned" } as const;
  const text = "a\u200b\u202e\u{e0041}❤️";
  const json = toJson({ type: "message", from, text });
  assert(json.includes(String.raw`"a\u200b\u202e\udb40\udc41❤️"`), json);
  assertEquals(JSON.parse(json).text, text);
});

Deno.test("a JSON message may have line ends, and may name its recipient", () => {
  assertEquals(parseJsonMessage('{"text": "a\\nb"}'), { text: "a\nb" });
  assertEquals(parseJsonMessage('{"text": "/x", "to": "bob"}'), {
    text: "/x",
    to: "bob",
  });
  for (const line of ["{", "{}", '{"text": 1}', '{"text": "a", "to": 1}']) {
    assertEquals(parseJsonMessage(line), undefined);
  }
});
