import { assertRejects } from "@std/assert";
import { PeerError } from "../../lib/peer/mod.ts";
import { RegistryLink } from "../../lib/peer/registry_link.ts";
import { open } from "../secure/ends.ts";

Deno.test("a request that cannot be written is refused in words, and ends the link", async () => {
  const [near, far] = await open();
  near.write = () => Promise.reject(new Deno.errors.BrokenPipe());
  const link = new RegistryLink(near, () => {});
  await assertRejects(
    () => link.ask("INFO", [], "INFOACK"),
    PeerError,
    "the connection to the registry ended",
  );
  await link.ended;
  far.close();
});
