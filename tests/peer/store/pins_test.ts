import { assert, assertEquals } from "@std/assert";
import { openStore } from "../../../lib/peer/store/store.ts";
import { TempFolder } from "../../support/temp_folder.ts";

const NOW = Date.UTC(2026, 0);

Deno.test("a name is pinned at the first contact and still is at the next start", () => {
  using temp = new TempFolder();
  for (const before of [undefined, { key: "B", verified: false }]) {
    using store = openStore(temp.join("store.db"), { now: NOW });
    assertEquals(store.pins.get("bob"), before);
    store.pins.pin("bob", "B");
    assertEquals(store.pins.get("bob"), { key: "B", verified: false });
  }
});

Deno.test("a verified key stays so until another takes its place", () => {
  using store = openStore(":memory:", { now: NOW });
  const { pins } = store;
  pins.pin("bob", "B");
  pins.pin("carol", "C");
  pins.setVerified("bob", true);
  pins.pin("bob", "B");
  assertEquals(pins.get("bob"), { key: "B", verified: true });
  assertEquals(pins.get("carol"), { key: "C", verified: false });
  pins.pin("bob", "B2");
  assertEquals(pins.get("bob"), { key: "B2", verified: false });
  pins.setVerified("carol", true);
  pins.setVerified("carol", false);
  assertEquals(pins.get("carol"), { key: "C", verified: false });
});

Deno.test("a name that is not pinned cannot be verified", () => {
  using store = openStore(":memory:", { now: NOW });
  store.pins.setVerified("bob", true);
  assertEquals(store.pins.get("bob"), undefined);
});

Deno.test("the user knows the pinned clients that were accepted, verified or written to, and no others", () => {
  using store = openStore(":memory:", { now: NOW });
  const { pins, outbox } = store;
  for (const name of ["dave", "carol", "bob", "eve", "192.0.2.1:5555"]) {
    pins.pin(name, `key of ${name}`);
  }
  assertEquals(pins.known(), []);
  pins.accept("bob");
  pins.accept("192.0.2.1:5555");
  pins.setVerified("carol", true);
  outbox.queue("dave", "hello", NOW);
  outbox.queue("frank", "hello", NOW);
  assertEquals(pins.known(), ["dave", "carol", "bob"]);
});

Deno.test("a key is known by the client ID that it was pinned to last", () => {
  using store = openStore(":memory:", { now: NOW });
  const { pins } = store;
  pins.pin("robert", "B");
  pins.pin("bob", "B");
  pins.pin("carol", "C");
  assertEquals(pins.nameOf("B"), "bob");
  pins.pin("robert", "other");
  pins.pin("robert", "B");
  assertEquals(pins.nameOf("B"), "robert");
  pins.pin("robert", "R");
  assertEquals(pins.nameOf("B"), "bob");
  assertEquals(pins.nameOf("nobody's"), undefined);
});

Deno.test("a registry's key is no client's", () => {
  using store = openStore(":memory:", { now: NOW });
  store.pins.pin("192.0.2.1:5555", "R");
  store.pins.pin("[2001:db8::1]:5555", "R");
  assertEquals(store.pins.get("192.0.2.1:5555")?.key, "R");
  assertEquals(store.pins.nameOf("R"), undefined);
});

Deno.test("all clients that are pinned are listed, and no registry", () => {
  using store = openStore(":memory:", { now: 0 });
  for (const name of ["carol", "127.0.0.1:5555", "bob"]) {
    store.pins.pin(name, "K");
  }
  assertEquals(store.pins.clients(), ["bob", "carol"]);
});

Deno.test("a client that is pinned is accepted once the user accepts it or has written to it, and stays so under a new key", () => {
  using store = openStore(":memory:", { now: NOW });
  const { pins, outbox } = store;
  assert(!pins.isAccepted("bob"));
  pins.accept("bob");
  assert(!pins.isAccepted("bob"), "there was nothing to accept");
  pins.pin("bob", "B");
  assert(!pins.isAccepted("bob"));
  pins.accept("bob");
  assert(pins.isAccepted("bob"));
  pins.pin("bob", "B2");
  assert(pins.isAccepted("bob"));

  const { id } = outbox.queue("carol", "hello", NOW);
  assert(pins.isAccepted("carol"));
  pins.pin("carol", "C");
  outbox.unsend(id);
  assert(pins.isAccepted("carol"));
  assert(!pins.isAccepted("dave"));
});
