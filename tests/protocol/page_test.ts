/** The tables of docs/PROTOCOL.md, against what both programs use. */
import { assertEquals } from "@std/assert";
import {
  MAX_BODY_BYTES,
  MAX_HEADER_BLOCK_BYTES,
  MAX_HEADERS,
} from "../../lib/framing/mod.ts";
import {
  CLAIM_TTL_S,
  HEADER,
  LEASE_GRACE_S,
  LETTER_TTL_S,
  LINK_PING_AFTER_S,
  LINK_SILENCE_S,
  MAX_CANDIDATES,
  MAX_INFO_PAGE_CLIENTS,
  MAX_LETTER_BYTES,
  MAX_LETTERS_PER_MAILBOX,
  MAX_LETTERS_PER_PAGE,
  MAX_MAILBOX_BYTES,
  MAX_RECEIPTS,
  MAX_ROTATIONS,
  METHOD,
  PLAIN_LEASE_S,
  REGISTRY_PING_INTERVAL_S,
  REGISTRY_PONG_TIMEOUT_S,
  REGISTRY_SILENCE_S,
  SEND_WINDOW_MESSAGES,
} from "../../lib/protocol/mod.ts";
import { PEER_TIMINGS } from "../../lib/peer/timings.ts";
import { MAX_CONNECTIONS_PER_ADDRESS } from "../../lib/registry/policy/connection_limits.ts";
import { MAX_PLAIN_IDS_PER_ADDRESS } from "../../lib/registry/policy/plain_holders.ts";
import { REGISTRY_RATES } from "../../lib/registry/policy/mod.ts";
import { REGISTRY_TIMINGS } from "../../lib/registry/timings.ts";
import { HANDSHAKE_TIMEOUT_MS } from "../../lib/secure/handshake.ts";

const PAGE = await Deno.readTextFile(
  new URL("../../docs/PROTOCOL.md", import.meta.url),
);
const HOUR_S = 60 * 60;

/** The rows of the table in the section with a title, without its head. */
function rowsOf(title: string): string[][] {
  const [, rest = ""] = PAGE.split(`\n### ${title}\n`);
  const [section = ""] = rest.split(/\n##/);
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(2).map((row) =>
    row.split("|").slice(1, -1).map((cell) => cell.trim())
  );
}

/** The words of a cell that stand in backquotes. */
function quotedIn(cell: string): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), ([_, word = ""]) => word);
}

function assertValues(title: string, values: Record<string, string>): void {
  const rows = new Map(
    rowsOf(title).map(([name = "", value]) => [name, value]),
  );
  for (const [name, value] of Object.entries(values)) {
    assertEquals(rows.get(name), value, `${title}: ${name}`);
  }
}

/** A rate, as the page writes it. */
function inWords(
  { perSecond, burst }: { perSecond: number; burst: number },
  times = 1,
): string {
  const rate = perSecond * times;
  const speed = rate < 1 ? `1 in ${1 / rate} s` : `${rate} a second`;
  return `${speed}, ${burst * times} at once`;
}

/** A rate of bytes, as the page writes it. */
function inKiB(rate: { perSecond: number; burst: number }, times = 1): string {
  const perKiB = { perSecond: rate.perSecond / 1024, burst: rate.burst / 1024 };
  return inWords(perKiB, times).replaceAll(/(\d) /g, "$1 KiB ");
}

function sorted(words: Iterable<string>): string[] {
  return Array.from(new Set(words)).sort();
}

Deno.test("the table of methods has every method, and no other", () => {
  const methods = rowsOf("Table of methods").flatMap(([name = ""]) =>
    quotedIn(name)
  );
  assertEquals(sorted(methods), sorted(Object.values(METHOD)));
});

Deno.test("the table of headers has every header, and no other", () => {
  const headers = rowsOf("Table of headers").flatMap(([name = ""]) =>
    quotedIn(name)
  );
  const known = [...Object.values(HEADER), "Content-Length"];
  assertEquals(headers.toSorted(), sorted(known));
});

Deno.test("the table of methods gives each header to a method", () => {
  const used = rowsOf("Table of methods").flatMap(([, , , headers = ""]) =>
    quotedIn(headers)
  );
  const known = [...used, HEADER.seq];
  assertEquals(sorted(known), sorted(Object.values(HEADER)));
});

Deno.test("the table of limits has the limits of both programs", () => {
  assertValues("Limits", {
    "head length": `${MAX_HEADER_BLOCK_BYTES} bytes, the empty line too`,
    "header lines": `${MAX_HEADERS}`,
    "body length": `${MAX_BODY_BYTES} bytes`,
    "INFO page": `${MAX_INFO_PAGE_CLIENTS} clients`,
    "candidates": `${MAX_CANDIDATES}`,
    "send window": `${SEND_WINDOW_MESSAGES} messages`,
    "letter length": `${MAX_LETTER_BYTES} bytes`,
    "letters of a key": `${MAX_LETTERS_PER_MAILBOX}`,
    "letters of a page": `${MAX_LETTERS_PER_PAGE}`,
    "bytes of a key": `${MAX_MAILBOX_BYTES} bytes`,
    "receipts of a letter": `${MAX_RECEIPTS}`,
    "rotations of a message": `${MAX_ROTATIONS}`,
  });
});

Deno.test("the table of rates has the rates of the registry", () => {
  const rows = new Map(
    rowsOf("Rates").map(([, name = "", forKey, forAddress]) => [
      name,
      [forKey, forAddress],
    ]),
  );
  const { handshakes, requests, bridges, claims } = REGISTRY_RATES;
  const { depositedBytes, collectedBytes } = REGISTRY_RATES;
  assertEquals(rows.get("handshakes"), ["", inWords(handshakes)]);
  assertEquals(rows.get("requests, secure"), [inWords(requests), ""]);
  assertEquals(rows.get("requests, plain"), ["", inWords(requests)]);
  assertEquals(rows.get("connections, open"), [
    "",
    String(MAX_CONNECTIONS_PER_ADDRESS),
  ]);
  assertEquals(rows.get("client IDs in plain"), [
    "",
    String(MAX_PLAIN_IDS_PER_ADDRESS),
  ]);
  assertEquals(rows.get("BRIDGE"), [inWords(bridges), ""]);
  assertEquals(rows.get("new claims"), [inWords(claims), inWords(claims, 10)]);
  for (
    const [name, rate] of [
      ["bytes left by DEPOSIT", depositedBytes],
      ["bytes collected", collectedBytes],
    ] as const
  ) assertEquals(rows.get(name), [inKiB(rate), inKiB(rate, 10)]);
});

Deno.test("the table of timings has the timings of both programs", () => {
  const {
    helloTimeoutMs,
    introductionTimeoutMs,
    plainIntroductionTimeoutMs,
    requestTimeoutMs,
    gapNoticeDelayMs,
    partialMethodTimeoutMs,
    plainTypingTimeoutMs,
    plainPaceMs,
    backoffMinMs,
    backoffMaxMs,
  } = PEER_TIMINGS;
  assertValues("Timings", {
    "plain lease": `${PLAIN_LEASE_S / HOUR_S} hour`,
    "check interval": `${REGISTRY_TIMINGS.checkIntervalS} s`,
    "request timeout": `${REGISTRY_TIMINGS.requestTimeoutS} s`,
    "idle timeout": `${REGISTRY_TIMINGS.idleTimeoutS} s; ` +
      `${REGISTRY_TIMINGS.loopbackIdleTimeoutS} s on loopback`,
    "give way time": `${REGISTRY_TIMINGS.giveWayAfterS} s`,
    "final error time": `${REGISTRY_TIMINGS.finalErrorTimeoutS} s`,
    "reconnect backoff": `${backoffMinMs / 1000} s, ` +
      `then twice the time before each, to ${backoffMaxMs / 1000} s`,
    "lease grace": `${LEASE_GRACE_S} s`,
    "registry ping interval": `${REGISTRY_PING_INTERVAL_S} s`,
    "registry ping timeout": `${REGISTRY_PONG_TIMEOUT_S} s`,
    "registry silence": `${REGISTRY_SILENCE_S} s`,
    "claim lifetime": `${CLAIM_TTL_S / HOUR_S / 24} days`,
    "peer ping interval": `${LINK_PING_AFTER_S} s`,
    "peer silence": `${LINK_SILENCE_S} s`,
    "missing message delay": `${gapNoticeDelayMs / 1000} s`,
    "letter lifetime": `${LETTER_TTL_S / HOUR_S / 24} days`,
    "segment timeout": `${partialMethodTimeoutMs / 1000} s`,
    "typing timeout": `${plainTypingTimeoutMs / 1000} s`,
    "plain pace": `${plainPaceMs / 1000} s`,
    "opening timeout": `${introductionTimeoutMs / 1000} s; ` +
      `${plainIntroductionTimeoutMs / 1000} s at a peer that talks in plain`,
    "handshake timeout": `${HANDSHAKE_TIMEOUT_MS / 1000} s`,
    "dial handshake timeout": `${helloTimeoutMs / 1000} s`,
    "reply timeout": `${requestTimeoutMs / 1000} s`,
    "introduction timeout": `${introductionTimeoutMs / 1000} s`,
  });
});

Deno.test("a term in italics is a row of the tables of limits and timings", () => {
  const terms = new Set(
    ["Limits", "Timings"].flatMap(rowsOf).map(([name = ""]) => name),
  );
  const prose = PAGE.replaceAll(/\s+/g, " ").replaceAll(/`[^`]*`/g, "");
  const used = Array.from(
    prose.matchAll(/(?<![\w])_([a-zA-Z ]+)_(?![\w])/g),
    ([_, term = ""]) => term,
  );
  assertEquals(
    sorted(used).filter((term) => term !== "italics"),
    sorted(terms),
  );
});
