import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseAddress } from "../../lib/net/mod.ts";
import { Identity } from "../../lib/secure/mod.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { canMount } from "../support/mounts.ts";
import { clientCommand, serverCommand } from "../support/command.ts";
import { Program } from "../support/program.ts";
import { onDiskOfSize } from "../support/mounts.ts";

/** The size of the disks, in KiB. */
const SIZE = 1024;

/** Fills a program's disk to the last byte. */
function fill({ pid }: Program, folder: string): Disposable {
  // The mount is the program's own; this is how others see it.
  const path = `/proc/${pid}/root${folder}/filler`;
  using file = Deno.openSync(path, { write: true, createNew: true });
  for (let size = 65536; size >= 1;) {
    try {
      file.writeSync(new Uint8Array(size));
    } catch {
      size = Math.floor(size / 2);
    }
  }
  return { [Symbol.dispose]: () => Deno.removeSync(path) };
}

function register(client: SecureSocket, clientID: string) {
  return client.ask("REGISTER", [["clientID", clientID], ["Port", "1"]]);
}

Deno.test({
  name:
    "a registry whose disk is full refuses new claims, reports it, and keeps serving the old ones",
  ignore: !canMount(),
  fn: async () => {
    using temp = new TempFolder();
    await using server = new Program(
      onDiskOfSize(
        serverCommand("--listen", "127.0.0.1:0", "--state", temp.path),
        temp.path,
        SIZE,
      ),
    );
    const line = await server.line(/^listening on /);
    const address = parseAddress(line.slice("listening on ".length));
    using alice = await SecureSocket.connect(address);
    assertEquals((await register(alice, "alice")).method, "REGACK");
    const bob = Identity.generate();
    {
      using _filler = fill(server, temp.path);
      let refusal;
      // Some may find room yet in what is there already.
      for (let n = 0; refusal?.method !== "ERROR" && n < 1000; n++) {
        using client = await SecureSocket.connect(address);
        refusal = await register(client, `client-${n}`);
      }
      assertEquals(refusal?.get("Code"), "500");
      assertEquals(
        refusal?.get("Reason"),
        "the registry cannot write to its database",
      );
      await server.errorLine(/ failed .*the disk is full/);
      assertEquals((await alice.ask("PING")).method, "PONG");
      using other = await SecureSocket.connect(address, bob);
      assertEquals((await register(other, "bob")).method, "ERROR");
    }
    using other = await SecureSocket.connect(address, bob);
    assertEquals((await register(other, "bob")).method, "REGACK");
  },
});

Deno.test({
  name:
    "a client whose disk is full rejects peers whose key it cannot pin, reports it, and goes on",
  ignore: !canMount(),
  fn: async () => {
    using temp = new TempFolder();
    const command = clientCommand("alice", "--no-register", "--json");
    await using alice = new Program(
      onDiskOfSize(
        { ...command, env: { P2PCHAT_HOME: temp.path } },
        temp.path,
        SIZE,
      ),
    );
    const { address } = await alice.event("listening");
    const there = parseAddress(String(address));
    const call = async (clientID: string, identity = Identity.generate()) => {
      const socket = await SecureSocket.connect(there, identity);
      await socket.send("CHAT", [["clientID", clientID]]);
      return socket;
    };
    using _bob = await call("bob");
    assertEquals((await alice.event("connected")).name, "bob");
    const dave = Identity.generate();
    {
      using _filler = fill(alice, temp.path);
      let last;
      for (let n = 0; last === undefined && n < 1000; n++) {
        using stranger = await call(`stranger-${n}`);
        const heard = await stranger.until("CHAT").catch(() => undefined);
        if (heard === undefined) last = n;
      }
      assert(last !== undefined, "the disk never was full");
      const { reason } = await alice.event("refused");
      assertMatch(String(reason), /^the disk is full: nothing was stored/);
      using _dave = await call("dave", dave);
      await alice.event("refused");
    }
    using _dave = await call("dave", dave);
    for (;;) {
      const { name } = await alice.event("connected");
      if (name === "dave") break;
    }
    await alice.type("/quit");
    const { code, stderr } = await alice.end();
    assertEquals([code, stderr], [0, ""]);
  },
});
