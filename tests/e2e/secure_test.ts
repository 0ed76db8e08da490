import { assert, assertEquals, assertMatch } from "@std/assert";
import { PlainSocket } from "../support/plain_socket.ts";
import { TempFolder } from "../support/temp_folder.ts";
import { clientCommand, serverCommand } from "../support/command.ts";
import { Program } from "../support/program.ts";
import { run, startServer } from "../support/start.ts";
import { at } from "../support/at.ts";

/** Windows has no signals that one program could send another. */
const NO_SIGNALS = Deno.build.os === "windows";

/** A client under JSON lines whose home is a folder. */
function client(
  clientID: string,
  where: string,
  home: string,
  ...args: string[]
): Program {
  return new Program({
    ...clientCommand(clientID, "0", where, "--json", ...args),
    env: { P2PCHAT_HOME: home },
  });
}

/** Runs a client with a home, to its end. */
function runAt(
  home: string,
  clientID: string,
  input: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = clientCommand(clientID, ...args);
  return run({ ...command, env: { P2PCHAT_HOME: home } }, input);
}

/** Who a client is at a home, as it says itself. */
async function whoami(home: string, clientID: string): Promise<string> {
  const { stdout } = await runAt(
    home,
    clientID,
    "/whoami\n",
    "--no-register",
  );
  return /fingerprint (\S+)/.exec(stdout)?.[1] ?? "";
}

/** That a program ended as for an argument that has to be mended: in a sentence. */
function assertRefused(
  { code, stderr }: { code: number; stderr: string },
  words: RegExp,
): void {
  assertEquals(code, 2, stderr);
  assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  assertMatch(stderr, words);
}

Deno.test("a client keeps its identity from one start to the next, and has one for each client ID", async () => {
  using temp = new TempFolder();
  const { stdout, stderr } = await runAt(
    temp.path,
    "alice",
    "/whoami\n",
    "0",
    "127.0.0.1:5",
    "--no-register",
  );
  assertEquals(stderr, "");
  assertMatch(
    stdout,
    /\nyou are alice \| fingerprint [a-z2-7]{4}(-[a-z2-7]{4}){4} \| listening on 127\.0\.0\.1:\d+ \| registry 127\.0\.0\.1:5\n/,
  );
  const fingerprint = await whoami(temp.path, "alice");
  assert(stdout.includes(fingerprint), stdout);
  assert(await whoami(temp.path, "bob") !== fingerprint);
});

Deno.test("a client shows the fingerprint that its registry says it has", async () => {
  using temp = new TempFolder();
  const { server, where } = await startServer();
  await using _server = server;
  const line = await server.errorLine(/ ready fingerprint=/);
  await using alice = client("alice", where, temp.path);
  await alice.event("registered");
  await alice.type("/whoami");
  const { registryKey } = await alice.event("whoami");
  assert(line.endsWith(`fingerprint=${registryKey}`), String(registryKey));
});

Deno.test({
  name:
    "without P2PCHAT_HOME a client keeps its key in the platform's configuration folder",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using temp = new TempFolder();
    const { code } = await run({
      ...clientCommand("alice", "--no-register"),
      env: { P2PCHAT_HOME: "", XDG_CONFIG_HOME: temp.path },
    });
    assertEquals(code, 0);
    const { mode } = Deno.statSync(
      `${temp.path}/p2pchat/client-alice/identity`,
    );
    assertEquals((mode ?? 0) & 0o777, 0o600);
  },
});

Deno.test("a second client with the same identity says so and ends", async () => {
  using temp = new TempFolder();
  const { server, where } = await startServer();
  await using _server = server;
  await using first = client("alice", where, temp.path);
  await first.event("registered");
  const second = await runAt(
    temp.path,
    "alice",
    "/quit\n",
    "0",
    where,
  );
  assertRefused(
    second,
    /^client: client alice is already running \(.*identity is in use by another process\): stop it, or use another client ID, or another folder with P2PCHAT_HOME$/m,
  );
  await first.type("/info");
  await first.event("clients");
});

Deno.test("a client that was replaced is told that /register registers it again", async () => {
  using here = new TempFolder();
  using there = new TempFolder();
  const { server, where } = await startServer();
  await using _server = server;
  await using first = client("alice", where, here.path);
  await first.event("registered");
  Deno.mkdirSync(`${there.path}/client-alice`);
  Deno.copyFileSync(
    `${here.path}/client-alice/identity`,
    `${there.path}/client-alice/identity`,
  );
  await using second = client("alice", where, there.path);
  await second.event("registered");
  assertEquals((await first.event("registryLost")).final, true);
  await first.type("/info");
  const { message } = await first.event("problem");
  assertMatch(String(message), /; \/register registers this client$/);
  await first.type("/register");
  await first.event("registered");
});

Deno.test("an identity that is damaged, or that others may read, is refused and left as it is, and so is a store that others may write", async () => {
  using temp = new TempFolder();
  await whoami(temp.path, "alice");
  const path = `${temp.path}/client-alice/identity`;
  const whole = Deno.readTextFileSync(path);
  if (Deno.build.os !== "windows") {
    Deno.chmodSync(path, 0o644);
    assertRefused(
      await runAt(temp.path, "alice", "/quit\n", "--no-register"),
      /^client: other users of this machine may read or change .*identity: run chmod 600/,
    );
    Deno.chmodSync(path, 0o600);
    const folder = `${temp.path}/client-alice`;
    for (const writable of [`${folder}/store.db`, folder]) {
      const { mode } = Deno.statSync(writable);
      Deno.chmodSync(writable, 0o722);
      assertRefused(
        await runAt(temp.path, "alice", "/quit\n", "--no-register"),
        /^client: other users of this machine may change .*: run chmod go-w/,
      );
      Deno.chmodSync(writable, (mode ?? 0) & 0o777);
    }
  }
  Deno.writeTextFileSync(path, whole.replace("private", "public"));
  assertRefused(
    await runAt(temp.path, "alice", "/quit\n", "--no-register"),
    /^client: .* is damaged: restore a backup of it, or move it away/,
  );
  assertEquals(Deno.readTextFileSync(path), whole.replace("private", "public"));
});

Deno.test("a state that is in use or damaged is refused in one line", async () => {
  using temp = new TempFolder();
  using other = new TempFolder();
  const startAt = (folder: string) =>
    run(serverCommand("--listen", "127.0.0.1:0", "--state", folder));
  const { server } = await startServer("--state", other.path);
  await using _server = server;
  assertRefused(
    await startAt(other.path),
    /^server: .* is in use by another registry: stop that one/,
  );
  const path = `${temp.path}/registry.db`;
  Deno.writeTextFileSync(path, "no claims".repeat(999));
  assertRefused(
    await startAt(temp.path),
    /^server: the registry's database .* is damaged/,
  );
});

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  Deno.test({
    name:
      `a registry that ended with ${signal} still knows at its next start who it is and whose an ID is`,
    ignore: NO_SIGNALS,
    fn: async () => {
      using state = new TempFolder();
      using alice = new TempFolder();
      using mallory = new TempFolder();
      const { server, where } = await startServer("--state", state.path);
      {
        await using _server = server;
        assertMatch(
          (await runAt(alice.path, "alice", "/quit\n", "0", where)).stdout,
          /\nregistered as alice /,
        );
        // The plain protocol cannot have it either.
        server.signal(signal);
        await server.end();
      }
      const { server: again, address } = await startServer(
        "--state",
        state.path,
        "--listen",
        where,
      );
      await using _again = again;
      assertMatch(
        (await runAt(mallory.path, "alice", "/quit\n", "0", where)).stdout,
        /\n! the registry refuses: alice belongs to another key: choose another client ID/,
      );
      using plain = await PlainSocket.connect(address);
      await plain.send(
        "REGISTER\r\nclientID: alice\r\nIP: x\r\nPort: 1\r\n\r\n",
      );
      assertMatch(await plain.until("\r\n\r\n"), /^ERROR\r\nCode: 403\r\n/);
      // Its key is the one that alice has pinned.
      assertMatch(
        (await runAt(alice.path, "alice", "/quit\n", "0", where)).stdout,
        /\nregistered as alice /,
      );
    },
  });
}

Deno.test({
  name:
    "a registry without stored state has forgotten all at its next start, and has another key",
  ignore: NO_SIGNALS,
  fn: async () => {
    using alice = new TempFolder();
    using mallory = new TempFolder();
    const { server, where } = await startServer("--state", ":memory:");
    {
      await using _server = server;
      await runAt(alice.path, "alice", "/quit\n", "0", where);
    }
    const { server: again } = await startServer(
      "--state",
      ":memory:",
      "--listen",
      where,
    );
    await using _again = again;
    assertMatch(
      (await runAt(mallory.path, "alice", "/quit\n", "0", where)).stdout,
      /\nregistered as alice /,
    );
    const enter = async (...commands: string[]) => {
      const input = `${commands.join("\n")}\n/quit\n`;
      const { stdout } = await runAt(alice.path, "alice", input, "0", where);
      return stdout.split("\n");
    };
    const lines = await enter("/info", `/trust ${where}`);
    for (const line of lines.slice(1, 3)) {
      assertMatch(
        line,
        /^! the key of the registry at \S+ has changed to \S+: the registry at \S+ may have a new key/,
      );
      assert(
        line.endsWith(`; /trust ${where} <fingerprint> accepts the new key`),
        line,
      );
    }
    assertMatch(at(lines, 3), /^! usage: \/trust .*, with the fingerprint /);
    const print = / has changed to (\S+):/.exec(at(lines, 1))?.[1] ?? "";
    const trusting = await enter(`/trust ${where} ${print}`);
    assertEquals(at(trusting, 2), `accepted the new key of ${where}: ${print}`);
    assertMatch(
      at(trusting, 3),
      /^! the registry refuses: alice belongs to another key/,
    );
  },
});

Deno.test({
  name:
    "a client that loses its registry registers again by itself, and reports each once",
  ignore: NO_SIGNALS,
  fn: async () => {
    using state = new TempFolder();
    using home = new TempFolder();
    const flags = ["--state", state.path];
    const { server, where } = await startServer(...flags);
    await using alice = client("alice", where, home.path);
    {
      await using _server = server;
      await alice.event("registered");
      server.signal("SIGTERM");
      await server.end();
    }
    const lost = await alice.event("registryLost");
    assertEquals([lost.reason, lost.final], [
      "the registry is shutting down",
      false,
    ]);
    // Some tries are in vain.
    await new Promise((resolve) => setTimeout(resolve, 800));
    const { server: again } = await startServer(...flags, "--listen", where);
    await using _again = again;
    await alice.event("registryBack");
    await alice.type("/info");
    await alice.event("clients");
    await alice.type("/quit");
    const { code, stdout, stderr } = await alice.end();
    assertEquals([code, stderr], [0, ""]);
    assertEquals(
      stdout.trimEnd().split("\n").map((line) => JSON.parse(line).event),
      ["listening", "registered", "registryLost", "registryBack", "clients"],
    );
  },
});

Deno.test("a client that is started elsewhere replaces the first one, which does not register again", async () => {
  using here = new TempFolder();
  using elsewhere = new TempFolder();
  const { server, where } = await startServer();
  await using _server = server;
  await whoami(here.path, "alice");
  const copied = "client-alice/identity";
  Deno.mkdirSync(`${elsewhere.path}/client-alice`, { mode: 0o700 });
  Deno.copyFileSync(
    `${here.path}/${copied}`,
    `${elsewhere.path}/${copied}`,
  );
  await using first = client("alice", where, here.path);
  await first.event("registered");
  await using second = client("alice", where, elsewhere.path);
  const { address } = await second.event("listening");
  await second.event("registered");
  const lost = await first.event("registryLost");
  assertEquals(lost.reason, "you have registered on another connection");
  assertEquals(lost.final, true);
  await new Promise((resolve) => setTimeout(resolve, 800));
  await second.type("/info");
  const { clients } = await second.event("clients");
  assert(Array.isArray(clients));
  assertEquals(clients.map((client) => client.address), [address]);
});

Deno.test({
  name:
    "only the keys on the allow list may register, and SIGHUP reads the list again if it is well-formed",
  ignore: NO_SIGNALS,
  fn: async () => {
    using temp = new TempFolder();
    const list = `${temp.path}/allowed`;
    const homes = {
      alice: `${temp.path}/a`,
      bob: `${temp.path}/b`,
    };
    const prints = {
      alice: await whoami(homes.alice, "alice"),
      bob: await whoami(homes.bob, "bob"),
    };
    Deno.writeTextFileSync(list, `# friends\n${prints.alice} alice\n`);
    const { server, where } = await startServer("--allow", list);
    await using _server = server;
    await using alice = client("alice", where, homes.alice);
    await alice.event("registered");
    const tryBob = async () =>
      (await runAt(homes.bob, "bob", "/quit\n", "0", where)).stdout;
    const refused = await tryBob();
    assertMatch(
      refused,
      /\n! the registry refuses: only keys on the registry's allow list/,
    );
    assert(refused.includes(prints.bob), refused);

    Deno.writeTextFileSync(list, "nonsense\n");
    server.signal("SIGHUP");
    await server.errorLine(/ failed .*line 1 begins with neither/);
    assertMatch(await tryBob(), /\n! the registry refuses: only keys on/);
    await alice.type("/info");
    await alice.event("clients");

    Deno.writeTextFileSync(list, `${prints.bob}\n`);
    server.signal("SIGHUP");
    await server.errorLine(/ allowed keys=1$/);
    const lost = await alice.event("registryLost");
    assertEquals(lost.final, true);
    assertMatch(await tryBob(), /\nregistered as bob /);
  },
});

Deno.test("an allow list that is malformed or missing is refused in one line", async () => {
  using temp = new TempFolder();
  const list = `${temp.path}/allowed`;
  const start = () =>
    run(serverCommand("--listen", "127.0.0.1:0", "--allow", list));
  assertRefused(
    await start(),
    /^server: .*allowed cannot be used: no such file$/m,
  );
  Deno.writeTextFileSync(list, "alice\n");
  assertRefused(
    await start(),
    /^server: .*allowed cannot be used: line 1 begins/,
  );
});

Deno.test("two see the same safety number, and that the other is verified, without colour", async () => {
  await using bob = new Program(clientCommand("bob", "--no-register"));
  const line = await bob.line(/^listening on /);
  const where = /on (\S+) as/.exec(line)?.[1];
  await using alice = new Program(clientCommand("alice", "--no-register"));
  await alice.type(`/chat ${where}`);
  assertMatch(
    await alice.line(/^connected to bob/),
    /: encrypted, not verified; \/verify bob rules out an attacker$/,
  );
  await bob.line(
    /^incoming connection from alice .*: encrypted, not verified; /,
  );
  await bob.type("hi");
  assertEquals(await alice.line(/hi$/), "bob> hi");
  await alice.type("/verify bob");
  await bob.type("/verify alice");
  const numberIn = (line: string) => line.match(/(\d{5}[ |]*){12}$/)?.[0];
  const number = numberIn(await alice.line(/^compare this safety number/));
  assertEquals(number?.replaceAll(/\D/g, "").length, 60);
  assertEquals(
    numberIn(await bob.line(/^compare this safety number/)),
    number,
  );
  await bob.type("shall I?");
  assertEquals(await alice.line(/shall I\?$/), "bob> shall I?");
  await alice.type("/verify bob yes");
  assertEquals(
    numberIn(await alice.line(/^bob is marked as verified/)),
    number,
  );
  await bob.type("hi again");
  assertEquals(await alice.line(/hi again$/), "bob (verified)> hi again");
  await alice.type("/unverify bob");
  await alice.line(/^bob is not marked as verified any more$/);
  await bob.type("and again");
  assertEquals(await alice.line(/and again$/), "bob> and again");
});

Deno.test({
  name:
    "a signal ends a client at once while it waits for a registry or a peer",
  ignore: NO_SIGNALS,
  fn: async () => {
    using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const where = `127.0.0.1:${silent.addr.port}`;
    for (const plain of [[], ["--plain"]]) {
      await using alice = new Program(
        clientCommand("alice", "0", where, ...plain),
      );
      await alice.line(/^listening on /);
      await alice.type(`/chat ${where}`);
      using _conn = await silent.accept();
      // It has begun to listen to signals by then.
      await new Promise((resolve) => setTimeout(resolve, 300));
      alice.signal("SIGINT");
      const { code, stderr } = await alice.end();
      assertEquals([code, stderr], [0, ""]);
    }
  },
});
