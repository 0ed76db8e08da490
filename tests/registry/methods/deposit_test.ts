import { assertEquals, assertRejects } from "@std/assert";
import { MAX_LETTER_BYTES } from "../../../lib/protocol/mod.ts";
import {
  LetterTooLargeError,
  MailboxFullError,
  openEmbeddedStore,
  REGISTRY_RATES,
  REGISTRY_TIMINGS,
} from "../../../lib/registry/mod.ts";
import { RegistryError } from "../../../lib/registry/errors.ts";
import { deposit } from "../../../lib/registry/methods/deposit.ts";
import { RegistryService } from "../../../lib/registry/service.ts";
import { Identity } from "../../../lib/secure/mod.ts";

/** The error of a DEPOSIT when the mailbox refuses its letter so. */
async function errorOf(refusal: Error): Promise<RegistryError> {
  using embedded = openEmbeddedStore(":memory:");
  const { directory, claims, mailbox, push, runTime } = embedded;
  const service = new RegistryService({
    identity: Identity.generate(),
    plain: false,
    store: {
      directory,
      claims,
      mailbox: {
        deposit: () => {
          throw refusal;
        },
        collect: (...args) => mailbox.collect(...args),
        drop: (...args) => mailbox.drop(...args),
        count: (...args) => mailbox.count(...args),
        sweep: (...args) => mailbox.sweep(...args),
      },
      push,
      runTime,
    },
    allowed: undefined,
    rates: REGISTRY_RATES,
    timings: REGISTRY_TIMINGS,
    clock: () => 0,
    log: () => {},
  });
  claims.claim("bob", "B", service.runTimeS);
  const session = {
    ref: { id: "1", key: "A" },
    host: "192.0.2.1",
    origin: ["192.0.2.1"],
    clientID: "alice",
    listing: undefined,
    mailNotified: false,
  };
  const request = { target: "bob", key: "B", sealed: new Uint8Array(1) };
  return await assertRejects(
    () => deposit(service, session, request),
    RegistryError,
  );
}

Deno.test("DEPOSIT to a full mailbox is refused with 507, and a letter that is too large with 413", async () => {
  const full = await errorOf(new MailboxFullError());
  assertEquals([full.code, full.message], [
    507,
    "the recipient's mailbox is full until the recipient is online, or " +
    "until 7 days after its oldest letter",
  ]);
  const large = await errorOf(new LetterTooLargeError(MAX_LETTER_BYTES + 1));
  assertEquals([large.code, large.message], [
    413,
    "a letter may have at most 65536 bytes, not 65537",
  ]);
});
