/**
 * A process that claims IDs and deposits letters until it is killed:
 * `state_process_main.ts FOLDER`. It prints the number of each pair that it has
 * stored.
 *
 * @module
 */
import { openState } from "../../../lib/registry/store/state.ts";
import { at } from "../../support/at.ts";

const NOW = 1_800_000_000;

const folder = at(Deno.args, 0);
using state = openState(folder);
for (let n = state.mailbox.count("A", NOW);; n++) {
  state.claims.claim(`client${n}`, "A", NOW);
  state.mailbox.deposit("A", new TextEncoder().encode(`letter ${n}`), NOW);
  console.log(String(n));
}
