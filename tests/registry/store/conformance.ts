/**
 * What every {@linkcode Store} must do, in whatever it stores. A store passes
 * if {@linkcode testStore} passes with a function that opens one.
 *
 * @module
 */
import type { Store } from "../../../lib/registry/mod.ts";
import { CLAIMS } from "./conformance/claims.ts";
import { LEASES } from "./conformance/leases.ts";
import { MAIL_SHARES } from "./conformance/mail_shares.ts";
import { MAILBOX } from "./conformance/mailbox.ts";
import { ORDER } from "./conformance/order.ts";
import { REFUSING } from "./conformance/refusing.ts";
import { PUSH } from "./conformance/push.ts";

/** Opens an empty store, which the test closes. */
export type StoreFactory = () => Store & (Disposable | AsyncDisposable);

/** Registers a test for each thing that a store must do. */
export function testStore(name: string, open: StoreFactory): void {
  const cases = {
    ...LEASES,
    ...ORDER,
    ...REFUSING,
    ...CLAIMS,
    ...MAILBOX,
    ...MAIL_SHARES,
    ...PUSH,
  };
  for (const [sentence, run] of Object.entries(cases)) {
    Deno.test(`${name}: ${sentence}`, async () => {
      await using store = open();
      await run(store);
    });
  }
}
