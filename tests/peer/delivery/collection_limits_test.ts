import { assertThrows } from "@std/assert";
import { CollectionLimits } from "../../../lib/peer/delivery/collection_limits.ts";
import { ProtocolViolationError } from "../../../lib/peer/errors.ts";

const TOO_MUCH = "it sends more letters than a mailbox holds";

/** A reply to COLLECT. */
function reply(first: number, letters: number, length = 1) {
  return Array.from(
    { length: letters },
    (_, n) => ({ number: first + n, sealed: new Uint8Array(length) }),
  );
}

function assertRefused(work: () => void, message: string): void {
  assertThrows(work, ProtocolViolationError, message);
}

Deno.test("a collection may have twice as many letters and bytes as a mailbox holds, and no more", () => {
  const many = new CollectionLimits();
  for (let n = 0; n < 10; n++) many.check(reply(200 * n + 1, 200));
  assertRefused(() => many.check(reply(2001, 1)), TOO_MUCH);
  const long = new CollectionLimits();
  for (let n = 1; n <= 32; n++) long.check(reply(n, 1, 65536));
  assertRefused(() => long.check(reply(33, 1)), TOO_MUCH);
});

Deno.test("a reply without letters ends a collection, and is no fault", () => {
  const limits = new CollectionLimits();
  limits.check(reply(7, 2));
  limits.check([]);
});
