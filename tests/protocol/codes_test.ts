import { assert, assertEquals } from "@std/assert";
import {
  BodyTooLargeError,
  FramingError,
  HeaderBlockTooLargeError,
  TooManyHeadersError,
} from "../../lib/framing/mod.ts";
import { CODE, isDismissal, isFinalRefusal } from "../../lib/protocol/mod.ts";

Deno.test("the codes of framing errors are those of the protocol", () => {
  assertEquals(new FramingError("").code, CODE.badRequest);
  assertEquals(new HeaderBlockTooLargeError("").code, CODE.headersTooLarge);
  assertEquals(new TooManyHeadersError("").code, CODE.headersTooLarge);
  assertEquals(new BodyTooLargeError("").code, CODE.tooLarge);
});

Deno.test("a code that dismisses a client also refuses a request for good", () => {
  const dismissals = Object.values(CODE).filter(isDismissal);
  assertEquals(dismissals, [CODE.forbidden, CODE.conflict]);
  assert(dismissals.every(isFinalRefusal));
});

Deno.test("a refusal for too many requests, or by a fault, is not final", () => {
  const temporary = Object.values(CODE).filter((code) => !isFinalRefusal(code));
  assertEquals(temporary, [429, 431, 500, 503, 505, 507]);
});
