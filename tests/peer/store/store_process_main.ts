/**
 * A process that queues a message and receives one, in turn, until it is killed:
 * `store_process_main.ts PATH`. It prints the number of each pair that it has
 * stored.
 *
 * @module
 */
import { openStore } from "../../../lib/peer/store/store.ts";
import { at } from "../../support/at.ts";

const NOW = Date.UTC(2026, 0, 31);

const path = at(Deno.args, 0);
using store = openStore(path, { now: NOW });
const { history, inbox, outbox } = store;
if (history.recent("to", -1).length > history.recent("from", -1).length) {
  receive(history.recent("from", -1).length);
}
for (let n = history.recent("from", -1).length;; n++) {
  outbox.queue("to", `number ${n}`, NOW);
  receive(n);
  console.log(String(n));
}

function receive(n: number): void {
  const text = `number ${n}`;
  inbox.receive("key", "from", [{ id: `${n}`, text, time: NOW }], NOW);
}
