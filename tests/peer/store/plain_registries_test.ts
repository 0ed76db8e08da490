import { assertEquals } from "@std/assert";
import { openStore } from "../../../lib/peer/store/store.ts";
import { TempFolder } from "../../support/temp_folder.ts";

const NOW = Date.UTC(2026, 0);
const WHERE = "127.0.0.1:5555";

Deno.test("a registry that was remembered as plain is so at the next start, until it is forgotten", () => {
  using temp = new TempFolder();
  for (const before of [false, true, true]) {
    using store = openStore(temp.join("store.db"), { now: NOW });
    const { plainRegistries } = store;
    assertEquals(plainRegistries.has(WHERE), before);
    plainRegistries.add(WHERE);
    plainRegistries.add(WHERE);
    assertEquals(plainRegistries.has(WHERE), true);
    assertEquals(plainRegistries.has("127.0.0.1:5556"), false);
  }
  using store = openStore(temp.join("store.db"), { now: NOW });
  store.plainRegistries.remove(WHERE);
  store.plainRegistries.remove(WHERE);
  assertEquals(store.plainRegistries.has(WHERE), false);
});
