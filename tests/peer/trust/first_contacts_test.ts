import { assertEquals } from "@std/assert";
import type { PeerEvent } from "../../../lib/peer/mod.ts";
import { FirstContacts } from "../../../lib/peer/trust/first_contacts.ts";

function firstContacts(...known: string[]) {
  const clock = { now: 0 };
  const events: PeerEvent[] = [];
  const contacts = new FirstContacts({
    known,
    onEvent: (event) => events.push(event),
  }, () => clock.now);
  return { contacts, clock, told: () => events.splice(0) };
}

Deno.test("a name that looks like a known one is told, each time it is met by others", () => {
  const { contacts, told } = firstContacts("alice", "bob");
  for (let n = 0; n < 2; n++) {
    contacts.meet("B0b", "call", "print");
    assertEquals(told(), [
      {
        type: "lookAlike",
        name: "B0b",
        resembles: "bob",
        fingerprint: "print",
      },
    ]);
  }
  contacts.meet("a1ice", "letter");
  assertEquals(told(), [
    { type: "lookAlike", name: "a1ice", resembles: "alice" },
  ]);
});

Deno.test("neither a known name nor one that looks like none is told", () => {
  const { contacts, told } = firstContacts("alice", "bob", "ann", "Bob");
  for (const name of ["alice", "bob", "Bob", "anna", "rob", "carol"]) {
    assertEquals(contacts.resembles(name), undefined, name);
    contacts.meet(name, "call");
    contacts.meet(name, "user");
  }
  assertEquals(told(), []);
});

Deno.test("a client that the user has asked for is known from then on, and one that has called is not", () => {
  const { contacts, told } = firstContacts();
  contacts.meet("b0b", "call");
  contacts.meet("bob", "user");
  assertEquals(contacts.resembles("b0b"), "bob");
  contacts.meet("b0b", "user");
  assertEquals(told(), [
    { type: "lookAlike", name: "b0b", resembles: "bob" },
  ]);
  assertEquals(contacts.resembles("b0b"), undefined);
  assertEquals(contacts.resembles("BOB"), "bob");
});

Deno.test("the name of a peer in plaintext looks like that of a known client, also the same one and a second one", () => {
  const { contacts, told } = firstContacts("bob");
  for (const name of ["~bob", "~bob~2", "~Bob"]) {
    assertEquals(contacts.resembles(name), "bob", name);
    contacts.meet(name, "user");
  }
  assertEquals(told().length, 3);
  // It has not become known by that.
  assertEquals(contacts.resembles("~bob"), "bob");
});

Deno.test("an address looks like no client ID", () => {
  const { contacts, told } = firstContacts("127.0.0.1-5555");
  contacts.meet("127.0.0.1:5555", "user");
  assertEquals(told(), []);
});

Deno.test("look-alikes do not fill the screen, the next line says how many were left out, and what the user asks for is always told", () => {
  const { contacts, clock, told } = firstContacts("bob");
  for (let n = 0; n < 100; n++) {
    contacts.meet(`bob${"_".repeat(n + 1)}`, "call");
  }
  assertEquals(told().length, 10);
  contacts.meet("b0b", "user");
  assertEquals(told().length, 1);
  clock.now = 30_000;
  contacts.meet("bob.", "letter");
  assertEquals(told(), [
    { type: "lookAlike", name: "bob.", resembles: "bob", omitted: 90 },
  ]);
});
