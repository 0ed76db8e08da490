/**
 * A process that loads an identity, locks it, reports that in one line of JSON,
 * and holds the lock until its standard input ends: `lock_process_main.ts PATH`.
 *
 * @module
 */
import {
  IdentityInUseError,
  loadIdentity,
  lockIdentity,
} from "../../../lib/secure/mod.ts";
import { at } from "../../support/at.ts";

const path = at(Deno.args, 0);
const { publicKey } = await loadIdentity(path);
try {
  using _lock = lockIdentity(path);
  console.log(JSON.stringify({ publicKey: publicKey.toHex(), held: true }));
  for await (const _ of Deno.stdin.readable);
} catch (error) {
  if (!(error instanceof IdentityInUseError)) throw error;
  console.log(JSON.stringify({ publicKey: publicKey.toHex(), held: false }));
}
