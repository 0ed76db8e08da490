/**
 * A process of its own that loads an identity, takes it, says so with one line
 * of JSON, and holds it until its standard input ends.
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
