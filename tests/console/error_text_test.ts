import { assertEquals } from "@std/assert";
import { type ErrorContext, errorText } from "../../lib/console/error_text.ts";
import { RetryingError } from "../../lib/console/retrying_error.ts";
import {
  KnownRegistryError,
  NoSecureAnswerError,
  OtherClientError,
  PeerError,
  PlainOnlyError,
  RefusedError,
} from "../../lib/peer/mod.ts";

const refusal = { code: 403, reason: "no" };
const HERE: ErrorContext = { isRegistered: true, isPlain: false };
const UNREGISTERED = { ...HERE, isRegistered: false };
const PLAIN = { ...HERE, isPlain: true };

const WHERE = "127.0.0.1:5555";
const REGISTRY = {
  kind: "registry",
  name: `the registry at ${WHERE}`,
  where: WHERE,
} as const;
const PEER = {
  kind: "peer",
  name: `the peer at ${WHERE}`,
  where: WHERE,
} as const;

Deno.test("a client that is not registered is told how to register, where that helps", () => {
  const refused = (method: string) => new RefusedError(method, refusal);
  assertEquals(
    errorText(refused("INFO"), UNREGISTERED),
    "the registry refuses: no; /register registers this client",
  );
  assertEquals(errorText(refused("INFO"), HERE), "the registry refuses: no");
  assertEquals(
    errorText(refused("REGISTER"), UNREGISTERED),
    "the registry refuses: no",
  );
});

Deno.test("an error of the peer is told in its own words, and a bug is not", () => {
  assertEquals(
    errorText(new PeerError("carol is away"), HERE),
    "carol is away",
  );
  assertEquals(errorText(new TypeError("no such property"), HERE), undefined);
});

Deno.test("what speaks only the plain protocol, or may, is named with the flag or address that helps", () => {
  assertEquals(
    errorText(new PlainOnlyError("bob"), HERE),
    "bob only speaks the plain protocol, which is not encrypted; " +
      "start the client with --plain to allow it",
  );
  const lost = new NoSecureAnswerError(REGISTRY, true);
  for (const context of [HERE, PLAIN]) {
    assertEquals(
      errorText(lost, context),
      `the registry at ${WHERE} closed the connection without an answer; if ` +
        "it only speaks the plain protocol, start the client with " +
        "--registry-plain",
    );
  }
  assertEquals(
    errorText(new RetryingError(lost), HERE),
    `the registry at ${WHERE} closed the connection without an answer; ` +
      "retrying until it can be reached; if it only speaks the plain " +
      "protocol, start the client with --registry-plain",
  );
  const silent = new NoSecureAnswerError(PEER, false);
  assertEquals(
    errorText(silent, HERE),
    `the peer at ${WHERE} does not answer in the secure mode; if it only ` +
      "speaks the plain protocol, start the client with --plain to allow it",
  );
  assertEquals(
    errorText(new NoSecureAnswerError(PEER, true, "it was gone"), PLAIN),
    `the peer at ${WHERE} closed the connection without an answer, and then ` +
      "it was gone; if it only speaks the plain protocol, " +
      `/chat plain://${WHERE} calls it without asking for the secure mode`,
  );
  assertEquals(
    errorText(new KnownRegistryError(WHERE), PLAIN),
    `the registry at ${WHERE} is not asked in plain: its key is known from ` +
      "the secure mode; start the client without --registry-plain",
  );
});

Deno.test("a registry that cannot look up a client by name is told, with what helps", () => {
  assertEquals(
    errorText(new OtherClientError("alice"), PLAIN),
    "this registry cannot look up a client by name: it offered alice; " +
      "/bridge shows whom it offers, and /chat HOST:PORT needs no registry",
  );
});
