import { assertEquals } from "@std/assert";
import { errorText } from "../../lib/console/error_text.ts";
import { PeerError, RefusedError } from "../../lib/peer/mod.ts";

const refusal = { code: 403, reason: "no" };

Deno.test("a client that is not registered is told how to register, where that helps", () => {
  const refused = (method: string) => new RefusedError(method, refusal);
  assertEquals(
    errorText(refused("INFO"), false),
    "the registry refuses: no; /register registers this client",
  );
  assertEquals(errorText(refused("INFO"), true), "the registry refuses: no");
  assertEquals(
    errorText(refused("REGISTER"), false),
    "the registry refuses: no",
  );
});

Deno.test("an error of the peer is told in its own words, and a bug is not", () => {
  assertEquals(
    errorText(new PeerError("carol is away"), true),
    "carol is away",
  );
  assertEquals(errorText(new TypeError("no such property"), true), undefined);
});
