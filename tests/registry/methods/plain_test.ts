import { assert, assertEquals, assertThrows } from "@std/assert";
import { MessageReader } from "../../../lib/framing/mod.ts";
import {
  RegistryError,
  toRegistryError,
} from "../../../lib/registry/errors.ts";
import { answerPlain } from "../../../lib/registry/methods/mod.ts";
import { DialError, originOf } from "../../../lib/net/mod.ts";
import { REGISTRY_TIMINGS } from "../../../lib/registry/mod.ts";
import {
  NewClaims,
  PlainHolders,
  ReachabilityChecks,
} from "../../../lib/registry/policy/mod.ts";
import { MemoryDirectory } from "../../../lib/registry/store/memory/mod.ts";

/** The reply to a request, as text, which is there at once. */
function answer(
  directory: MemoryDirectory,
  request: string,
  host = "127.0.0.1",
): string {
  const reader = new MessageReader({ skipStrayLines: () => true });
  reader.push(new TextEncoder().encode(request));
  const message = reader.next();
  if (message === undefined) throw new Error("half a request");
  const context = {
    directory,
    reachability: new ReachabilityChecks({
      directory,
      dial: () => Promise.reject(new DialError("other", "no network")),
      clock: () => 0,
      timings: REGISTRY_TIMINGS,
    }),
    nowS: 0,
    newClaims: new NewClaims(),
    plainHolders: new PlainHolders(),
    checkPlainRegistration: () => {},
  };
  try {
    const reply = answerPlain(
      context,
      { host, origin: originOf(host) },
      message,
    );
    assert(typeof reply === "string", "it is still to come");
    return reply;
  } catch (error) {
    throw toRegistryError(error) ?? error;
  }
}

function register(clientID: string, port: number, ip = "127.0.0.1"): string {
  return `REGISTER\r\nclientID: ${clientID}\r\nIP: ${ip}\r\n` +
    `Port: ${port}\r\n\r\n`;
}

function twoClients(): MemoryDirectory {
  const directory = new MemoryDirectory();
  answer(directory, register("alice", 5556));
  answer(directory, register("bob", 5557));
  return directory;
}

Deno.test("REGISTER is answered to the byte with what was sent", () => {
  assertEquals(
    answer(new MemoryDirectory(), register("alice", 5556)),
    "REGACK\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 5556\r\n\r\n",
  );
});

Deno.test("an unknown header is not echoed", () => {
  assertEquals(
    answer(
      new MemoryDirectory(),
      "REGISTER\r\nX: 1\r\nport: 1\r\nip: here\r\nCLIENTID: a\r\n\r\n",
    ),
    "REGACK\r\nclientID: a\r\nIP: here\r\nPort: 1\r\n\r\n",
  );
});

Deno.test("BRIDGE is answered to the byte with the other client", () => {
  assertEquals(
    answer(twoClients(), "BRIDGE\r\nclientID: alice\r\n\r\n"),
    "BRIDGEACK\r\nclientID: bob\r\nIP: 127.0.0.1\r\nPort: 5557\r\n\r\n",
  );
});

Deno.test("BRIDGE with a target is answered with that client", () => {
  const directory = twoClients();
  answer(directory, register("carol", 5558));
  assertEquals(
    answer(directory, "BRIDGE\r\nclientID: alice\r\ntarget: carol\r\n\r\n"),
    "BRIDGEACK\r\nclientID: carol\r\nIP: 127.0.0.1\r\nPort: 5558\r\n\r\n",
  );
});

Deno.test("BRIDGE is answered with empty values when no other client is registered", () => {
  const empty = "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n";
  const directory = new MemoryDirectory();
  answer(directory, register("alice", 5556));
  for (const target of ["", "target: bob\r\n", "target: alice\r\n"]) {
    assertEquals(
      answer(directory, `BRIDGE\r\nclientID: alice\r\n${target}\r\n`),
      empty,
    );
  }
});

Deno.test("INFO is answered to the byte with every client", () => {
  assertEquals(
    answer(twoClients(), "INFO\r\nRequesting clients\r\n\r\n"),
    "INFOACK\r\nClients: 2\r\nContent-Length: 42\r\n\r\n" +
      "alice 127.0.0.1:5556\r\nbob 127.0.0.1:5557\r\n",
  );
});

Deno.test("INFO is answered with a length even when no client is registered", () => {
  assertEquals(
    answer(new MemoryDirectory(), "INFO\r\n\r\n"),
    "INFOACK\r\nClients: 0\r\nContent-Length: 0\r\n\r\n",
  );
});

Deno.test("INFO lists no more than a reader takes, and counts what it lists", () => {
  const directory = new MemoryDirectory();
  for (let n = 0; n < 5000; n++) answer(directory, register(`user${n}`, 5556));
  const reply = answer(directory, "INFO\r\n\r\n");
  const [head, body = ""] = reply.split("\r\n\r\n");
  const lines = body.split("\r\n").length - 1;
  assertEquals(
    head,
    `INFOACK\r\nClients: ${lines}\r\nContent-Length: ${body.length}`,
  );
  assertEquals(body.length <= 64 * 1024 && body.length > 60 * 1024, true);
});

Deno.test("the address given to other clients is the source address of the request, not one named in it", () => {
  const directory = new MemoryDirectory();
  answer(directory, register("alice", 5556, "198.51.100.7"), "192.0.2.1");
  assertEquals(
    answer(directory, "BRIDGE\r\nclientID: bob\r\n\r\n"),
    "BRIDGEACK\r\nclientID: alice\r\nIP: 192.0.2.1\r\nPort: 5556\r\n\r\n",
  );
});

/** The address that BRIDGE names for a client that registered as it says. */
function namedAddress(ip: string, host: string): string | undefined {
  const directory = new MemoryDirectory();
  answer(directory, register("alice", 5556, ip), host);
  const reply = answer(directory, "BRIDGE\r\nclientID: bob\r\n\r\n");
  return /\r\nIP: (.*)\r\n/.exec(reply)?.[1];
}

Deno.test("a client on loopback is given to others at the address of loopback that it names", () => {
  for (const host of ["127.0.0.1", "127.0.0.2", "::1"]) {
    for (const ip of ["127.0.1.1", "127.0.0.1", "127.255.255.255"]) {
      assertEquals(namedAddress(ip, host), ip);
    }
    const others = [
      "localhost",
      "",
      "192.0.2.1",
      "127.1",
      "127.0.0.256",
      "127.0.0.1.",
      "127.0.1.1:80",
      "::1",
      "128.0.0.1",
    ];
    for (const ip of others) assertEquals(namedAddress(ip, host), host);
  }
});

Deno.test("a client off loopback is not given to others at an address of loopback", () => {
  for (const host of ["192.0.2.1", "2001:db8::1"]) {
    assertEquals(namedAddress("127.0.1.1", host), host);
  }
});

Deno.test("the address that a client on loopback names belongs to the one registration, and is listed", () => {
  const directory = new MemoryDirectory();
  answer(directory, register("alice", 5556, "127.0.1.1"), "127.0.0.1");
  assertEquals(
    answer(directory, "INFO\r\n\r\n").split("\r\n\r\n")[1],
    "alice 127.0.1.1:5556\r\n",
  );
  // Whose the ID is depends on where the request came from.
  const error = assertThrows(
    () => answer(directory, register("alice", 1, "127.0.1.1"), "127.0.0.3"),
    RegistryError,
  );
  assertEquals(error.code, 409);
  answer(directory, register("alice", 5557, "x"), "127.0.0.1");
  assertEquals(
    answer(directory, "INFO\r\n\r\n").split("\r\n\r\n")[1],
    "alice 127.0.0.1:5557\r\n",
  );
});

Deno.test("REGISTER needs no IP: REGACK then has the address that is handed out", () => {
  const expected =
    "REGACK\r\nclientID: alice\r\nIP: 127.0.0.1\r\nPort: 5556\r\n\r\n";
  for (const line of ["", "IP:\r\n", "IP: \r\n"]) {
    const request = `REGISTER\r\nclientID: alice\r\n${line}Port: 5556\r\n\r\n`;
    assertEquals(answer(new MemoryDirectory(), request), expected);
  }
  assertEquals(
    answer(new MemoryDirectory(), register("alice", 5556, "localhost")),
    expected.replace("127.0.0.1", "localhost"),
  );
});

Deno.test("an IPv6 client is listed in brackets and bridged without", () => {
  const directory = new MemoryDirectory();
  answer(directory, register("alice", 5556), "2001:db8::1");
  assertEquals(
    answer(directory, "INFO\r\n\r\n").split("\r\n\r\n")[1],
    "alice [2001:db8::1]:5556\r\n",
  );
  assertEquals(
    answer(directory, "BRIDGE\r\nclientID: bob\r\n\r\n"),
    "BRIDGEACK\r\nclientID: alice\r\nIP: 2001:db8::1\r\nPort: 5556\r\n\r\n",
  );
});

Deno.test("an ID in use from another address is refused with 409", () => {
  const directory = twoClients();
  const error = assertThrows(
    () => answer(directory, register("alice", 1), "192.0.2.9"),
    RegistryError,
  );
  assertEquals(error.code, 409);
});

const MALFORMED: Record<string, string> = {
  "an unknown method": "SHOUT\r\n\r\n",
  "a reply": "REGACK\r\n\r\n",
  "REGISTER without a clientID": "REGISTER\r\nIP: a\r\nPort: 1\r\n\r\n",
  "REGISTER without a Port": "REGISTER\r\nclientID: a\r\nIP: a\r\n\r\n",
  "a clientID with a space": register("a b", 1),
  "a clientID of 65 characters": register("x".repeat(65), 1),
  "a clientID beyond ASCII": register("é", 1),
  "port 0": register("a", 0),
  "port 65536": register("a", 65536),
  "port 1.5": register("a", 1.5),
  "BRIDGE without a clientID": "BRIDGE\r\n\r\n",
  "BRIDGE with an empty target": "BRIDGE\r\nclientID: a\r\ntarget:\r\n\r\n",
  "BRIDGE with a bad target": "BRIDGE\r\nclientID: a\r\ntarget: !\r\n\r\n",
};

for (const [what, request] of Object.entries(MALFORMED)) {
  Deno.test(`${what} is refused with 400`, () => {
    const error = assertThrows(
      () => answer(new MemoryDirectory(), request),
      RegistryError,
    );
    assertEquals(error.code, 400);
  });
}
