import { assertRejects } from "@std/assert";
import { PeerError } from "../../../lib/peer/mod.ts";
import { PING } from "../../../lib/protocol/mod.ts";
import { RequestLink } from "../../../lib/peer/registry_client/request_link.ts";
import { openSecureWires } from "../../support/secure_wires.ts";

Deno.test("a request that cannot be written is refused in words, and ends the link", async () => {
  const [near, far] = await openSecureWires();
  near.write = () => Promise.reject(new Deno.errors.BrokenPipe());
  const link = new RequestLink(near, () => {});
  await assertRejects(
    () => link.ask(PING, undefined),
    PeerError,
    "the connection to the registry ended",
  );
  await link.ended;
  far.close();
});
