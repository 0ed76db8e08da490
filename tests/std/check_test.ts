import { assertEquals } from "@std/assert";
import { Program } from "../support/program.ts";
import { unusedAddress } from "../support/unused_address.ts";

const STAND_INS = {
  code: 0,
  stdout: "--import-map=std/import_map.json\n",
  stderr: "JSR does not answer: using the stand-ins in std/ for @std/*\n",
};

/** Runs the check with a time-out in ms, and a network by the environment. */
async function check(timeoutMs: number, env: Record<string, string>) {
  await using program = new Program({
    program: Deno.execPath(),
    args: ["run", "--no-config", "--no-prompt", "--allow-net=jsr.io"]
      .concat("std/check.ts", String(timeoutMs)),
    env,
  });
  return await program.end();
}

Deno.test("where JSR refuses connections, the check prints the stand-ins' flag and one line about it", async () => {
  const { port } = unusedAddress();
  assertEquals(
    await check(60_000, { HTTPS_PROXY: `http://127.0.0.1:${port}` }),
    STAND_INS,
  );
});

Deno.test("where JSR never answers, the check times out", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assertEquals(
    await check(200, { HTTPS_PROXY: `http://127.0.0.1:${silent.addr.port}` }),
    STAND_INS,
  );
});
