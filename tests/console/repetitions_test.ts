import { assertEquals } from "@std/assert";
import type { ConsoleEvent } from "../../lib/console/mod.ts";
import { Repetitions } from "../../lib/console/repetitions.ts";
import type { Party } from "../../lib/peer/mod.ts";

const REGISTRY = { host: "192.0.2.1", port: 5555 };

/** How many come and go before the rest is summed up. */
const BURST = 10;

function peer(clientID: string, direction: Party["direction"] = "in"): Party {
  const address = { host: "192.0.2.7", port: 40_000 };
  const protection = "pinned";
  return { name: clientID, clientID, address, direction, protection };
}

function plainPeer(port: number): Party {
  const address = { host: "192.0.2.8", port };
  const name = `192.0.2.8:${port}`;
  return { name, address, direction: "in", protection: "unencrypted" };
}

/** Events at times that the test sets, and what has been passed on. */
class Stage {
  readonly told: ConsoleEvent[] = [];
  readonly repetitions = new Repetitions(
    (event) => this.told.push(event),
    () => this.#nowMs,
  );
  #nowMs = 0;

  /** Has a conversation begin and end. */
  visit(party: Party): void {
    this.repetitions.write({ type: "connected", party });
    this.leave(party);
  }

  leave(party: Party): void {
    this.repetitions.write({ type: "disconnected", party, reason: "bye" });
  }

  /** Waits, and gives what was told meanwhile. */
  wait(seconds: number): ConsoleEvent[] {
    const before = this.told.length;
    this.#nowMs += seconds * 1000;
    this.repetitions.tick();
    return this.told.slice(before);
  }

  types(): string[] {
    return this.told.map(({ type }) => type);
  }
}

function repeated(name: string, count: number): ConsoleEvent {
  return { type: "repeated", what: "connected", name, count, seconds: 60 };
}

Deno.test("a peer that comes and goes 37 times more is told in one line after a minute", () => {
  const stage = new Stage();
  for (let n = 0; n < BURST + 37; n++) stage.visit(peer("eve"));
  assertEquals(stage.told.length, 2 * BURST);
  assertEquals(stage.wait(59), []);
  assertEquals(stage.wait(1), [repeated("eve", 37)]);
  assertEquals(stage.wait(60), []);
});

Deno.test("each peer that has proved a client ID is counted by itself, others by their host", () => {
  const stage = new Stage();
  for (let n = 0; n < BURST + 1; n++) {
    stage.visit(peer("eve"));
    stage.visit(peer("bob"));
    stage.visit(plainPeer(n));
  }
  assertEquals(stage.wait(60), [
    repeated("eve", 1),
    repeated("bob", 1),
    repeated("192.0.2.8", 1),
  ]);
});

Deno.test("peers that come, give themselves a name, and go are told in one line, too; one that stays is told by that name", () => {
  const stage = new Stage();
  const name = (party: Party, as: string): Party => {
    stage.repetitions.write({ type: "connected", party });
    const named = { ...party, name: as };
    stage.repetitions.write({ type: "named", party: named, was: party.name });
    return named;
  };
  for (let n = 0; n < 100; n++) stage.leave(name(plainPeer(n), `~eve${n}`));
  assertEquals(stage.types().length, 3 * BURST);
  const party = name(plainPeer(100), "~bob");
  assertEquals(stage.wait(60), [
    repeated("192.0.2.8", 100 - BURST),
    { type: "connected", party },
  ]);
  stage.leave(party);
  assertEquals(stage.types().at(-1), "disconnected");
});

Deno.test("clients that come and go under ever new IDs are told in one line for their network", () => {
  const stage = new Stage();
  for (let n = 0; n < 100; n++) stage.visit(peer(`eve${n}`));
  assertEquals(stage.types().length, 2 * 32);
  const told = stage.wait(60);
  assertEquals(told, [repeated("192.0.2.7", 100 - 32)]);
  // One from elsewhere is told at once.
  stage.visit(plainPeer(1));
  assertEquals(stage.types().slice(-2), ["connected", "disconnected"]);
});

Deno.test("a client whose network has had too many is told before what it says", () => {
  const stage = new Stage();
  for (let n = 0; n < 32; n++) stage.visit(peer(`eve${n}`));
  const bob = peer("bob");
  stage.repetitions.write({ type: "connected", party: bob });
  assertEquals(stage.types().at(-1), "disconnected");
  stage.repetitions.write({ type: "message", from: bob, text: "hello" });
  assertEquals(stage.types().slice(-2), ["connected", "message"]);
});

Deno.test("local programs without a client ID are counted by their names", () => {
  const stage = new Stage();
  for (let n = 0; n < 2 * BURST; n++) {
    const address = { host: "127.0.0.1", port: 40_000 + n };
    stage.visit({ ...plainPeer(n), name: `bob${n}`, address });
  }
  assertEquals(stage.told.length, 4 * BURST);
});

Deno.test("a conversation that lasts is told a minute late", () => {
  const stage = new Stage();
  for (let n = 0; n < BURST; n++) stage.visit(peer("eve"));
  const connected = { type: "connected", party: peer("eve") } as const;
  stage.repetitions.write(connected);
  assertEquals(stage.wait(59), []);
  assertEquals(stage.wait(1), [connected]);
  stage.leave(peer("eve"));
  assertEquals(stage.types().at(-1), "disconnected");
});

Deno.test("a conversation is told before what is said in it", () => {
  const stage = new Stage();
  for (let n = 0; n < BURST; n++) stage.visit(peer("eve"));
  stage.repetitions.write({ type: "connected", party: peer("eve") });
  const from = { name: "eve", protection: "pinned" } as const;
  stage.repetitions.write({ type: "message", from, text: "hi" });
  stage.repetitions.write({ type: "message", from, text: "again" });
  assertEquals(stage.types().slice(2 * BURST), [
    "connected",
    "message",
    "message",
  ]);
});

Deno.test("a connection that is lost again and again is summed up, and so is one with the registry", () => {
  const stage = new Stage();
  const party = peer("eve");
  const registry = REGISTRY;
  for (let n = 0; n < BURST + 3; n++) {
    stage.repetitions.write({ type: "linkLost", party, reason: "reset" });
    stage.repetitions.write({ type: "linkBack", party });
    stage.repetitions.write({
      type: "registryLost",
      registry,
      reason: "reset",
      final: false,
    });
    stage.repetitions.write({ type: "registryBack", registry });
  }
  assertEquals(stage.told.length, 4 * BURST);
  const sum = { type: "repeated", count: 3, seconds: 60 } as const;
  assertEquals(stage.wait(60), [
    { ...sum, what: "linkLost", name: "eve" },
    { ...sum, what: "registryLost", name: "192.0.2.1:5555" },
  ]);
});

Deno.test("a registration that ends for good is told at once", () => {
  const stage = new Stage();
  const lost = { type: "registryLost", registry: REGISTRY } as const;
  for (let n = 0; n <= BURST; n++) {
    stage.repetitions.write({ ...lost, reason: "reset", final: false });
  }
  stage.repetitions.write({ ...lost, reason: "dismissed", final: true });
  assertEquals(stage.told.length, BURST + 1);
  assertEquals(stage.wait(60), []);
});

Deno.test("conversations that the user starts are told each time, and all else is passed on", () => {
  const stage = new Stage();
  for (let n = 0; n < 2 * BURST; n++) stage.visit(peer("bob", "out"));
  assertEquals(stage.told.length, 4 * BURST);
  stage.repetitions.write({ type: "problem", message: "no" });
  assertEquals(stage.types().at(-1), "problem");
});

Deno.test("what is held back or counted is told at the end", () => {
  const stage = new Stage();
  for (let n = 0; n < BURST + 2; n++) stage.visit(peer("eve"));
  stage.repetitions.write({ type: "connected", party: peer("eve") });
  stage.repetitions.flush();
  assertEquals(stage.told.slice(2 * BURST), [
    repeated("eve", 2),
    { type: "connected", party: peer("eve") },
  ]);
});
