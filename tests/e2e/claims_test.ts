import { assert, assertEquals, assertMatch } from "@std/assert";
import { openEmbeddedStore } from "../../lib/registry/mod.ts";
import { fingerprint, Identity } from "../../lib/secure/mod.ts";
import { serverCommand } from "../support/command.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { run, startServer } from "../support/start.ts";
import { TempFolder } from "../support/temp_folder.ts";

const DAY_S = 24 * 60 * 60;

/** Runs the registry's program for its operator. */
function operate(folder: string, ...args: string[]) {
  return run(serverCommand("--state", folder, ...args));
}

/** The code with which a registry refuses a client ID to a key, if it does. */
async function register(folder: string, clientID: string, identity: Identity) {
  const { server, address } = await startServer("--state", folder);
  await using _server = server;
  using client = await SecureSocket.connect(address, identity);
  const headers = [["clientID", clientID], ["Port", "1"]] as const;
  return (await client.ask("REGISTER", headers)).get("Code");
}

Deno.test("--release gives a client ID to the next key that registers it", async () => {
  using temp = new TempFolder();
  const alice = Identity.generate();
  const other = Identity.generate();
  assertEquals(await register(temp.path, "alice", alice), undefined);
  assertEquals(await register(temp.path, "alice", other), "403");
  assertEquals(await operate(temp.path, "--release", "Alice"), {
    code: 0,
    stdout: `released alice, which ${fingerprint(alice.publicKey)} had ` +
      "claimed: it belongs to the next key that registers it\n",
    stderr: "",
  });
  assertEquals(await operate(temp.path, "--release", "alice"), {
    code: 2,
    stdout: "",
    stderr: "server: no key has claimed alice\n",
  });
  assertEquals(await register(temp.path, "alice", other), undefined);
});

Deno.test("--claims lists each client ID, the fingerprint of its key, and the days without use", async () => {
  using temp = new TempFolder();
  const key = Identity.generate().publicKey;
  await register(temp.path, "alice", Identity.generate());
  {
    using store = openEmbeddedStore(temp.path);
    store.claims.release("alice", 0);
    store.claims.claim("bob", key.toBase64(), 0);
    store.claims.claim("carol", "\x1b[2J", 2 * DAY_S);
    store.runTime.save(3 * DAY_S);
  }
  assertEquals(await operate(temp.path, "--claims"), {
    code: 0,
    stdout:
      `bob                      ${fingerprint(key)}  unused for 3 days\n` +
      "carol                    an invalid key  unused for 1 day\n",
    stderr: "",
  });
  const { stdout } = await operate(temp.path, "--claims", "--json");
  assertEquals(
    JSON.parse(stdout.split("\n")[0] ?? ""),
    { clientID: "bob", fingerprint: fingerprint(key), unusedDays: 3 },
  );
});

Deno.test({
  name:
    "--claims prints a list that is longer than a page, and a reader may stop early",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    using temp = new TempFolder();
    await register(temp.path, "alice", Identity.generate());
    {
      using store = openEmbeddedStore(temp.path);
      const key = Identity.generate().publicKey.toBase64();
      for (let n = 0; n < 3000; n++) store.claims.claim(`client${n}`, key, 0);
    }
    const { stdout } = await operate(temp.path, "--claims");
    assertEquals(stdout.trimEnd().split("\n").length, 3001);
    const { program, args } = serverCommand("--state", temp.path, "--claims");
    const { code, stdout: first } = await run({
      program: "sh",
      args: ["-c", '"$@" 2>&1 | head -n 1', "sh", program, ...args],
    });
    assertEquals(code, 0);
    assertMatch(first, /^alice +(\w{4}-){4}\w{4} {2}unused for 0 days\n$/);
  },
});

Deno.test("the claims of a registry that is running are not touched, and the message says what to do", async () => {
  using temp = new TempFolder();
  const { server } = await startServer("--state", temp.path);
  await using _server = server;
  for (const args of [["--claims"], ["--release", "alice"]]) {
    const { code, stdout, stderr } = await operate(temp.path, ...args);
    assertEquals([code, stdout], [2, ""]);
    assertEquals(
      stderr,
      `server: a registry is running with ${temp.path}: stop it, run this ` +
        "command again, and start the registry after that\n",
    );
  }
});

Deno.test("--claims and --release make no state where there is none", async () => {
  using temp = new TempFolder();
  for (const args of [["--claims"], ["--release", "alice"]]) {
    const { code, stderr } = await operate(temp.join("none"), ...args);
    assertEquals(code, 2);
    assert(stderr.includes("is not the state folder of a registry"), stderr);
    assertEquals(temp.names(), []);
  }
});
