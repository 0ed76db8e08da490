/**
 * A process that claims IDs and deposits letters until it is killed:
 * `store_process_main.ts FOLDER`. It prints the number of each pair that it has
 * stored.
 *
 * @module
 */
import { openEmbeddedStore } from "../../../../lib/registry/store/embedded.ts";
import { at } from "../../../support/at.ts";
import { letterTo } from "../letter.ts";

const NOW = 1_800_000_000;

const folder = at(Deno.args, 0);
using store = openEmbeddedStore(folder);
for (let n = store.mailbox.count("A", NOW);; n++) {
  store.claims.claim(`client${n}`, "A", NOW);
  store.mailbox.deposit(
    letterTo("A", `letter ${n}`),
    NOW,
  );
  console.log(String(n));
}
