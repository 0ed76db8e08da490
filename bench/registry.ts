/**
 * The registry's figures, each a ratio measured in one run: plain REGISTER
 * against an unpipelined `SET` of redis-server, 1,000,000 registrations held
 * against 1,000, and the memory that they take. What has no target says how to
 * read those: an echo and a naive map behind `Deno.listen`, and redis-server with
 * 1,000,000 keys.
 *
 *     deno run -A bench/registry.ts [--quick] [-- FLAGS]
 *
 * FLAGS go to the Deno that runs server.ts, such as
 * `--import-map=std/import_map.json`, and so do those in the environment
 * variable P2PCHAT_DENO_FLAGS, which the task sets. The exit code is 0 also
 * where a target is missed, and 2 where something could not be run.
 *
 * The load process is not what limits a figure as long as it uses less of its
 * core (`load` in the report) than the server does of its own.
 *
 * @module
 */

import { benchmark, CannotRun, spawn, untilPrinted } from "./programs.ts";
import { median, range, report } from "./report.ts";

const CONNECTIONS = 64;
const FEW = 1_000;
const MANY = 1_000_000;

/** How a kernel counts a process's CPU time in /proc, in ticks a second. */
const TICKS = 100;

/** The registry, from source. */
const SERVER = ["server.ts", "--listen", "127.0.0.1:0", "--state", ":memory:"];

/** A server under load: a process with IDs registered in it. */
interface Server {
  readonly protocol: "register" | "set";
  readonly port: number;
  readonly pid: number;
  /** How many IDs it holds, all of which the load asks for. */
  readonly keys: number;
}

/** How the load process treats its connections: load.c says what each does. */
type Mode = "kept" | "fresh" | "reset" | "fill";

/** One measurement. CPU is in cores: 1 is one core all the time. */
interface Sample {
  readonly perSecond: number;
  readonly loadCPU: number;
  readonly serverCPU: number;
  /** CPU time that the server spent on a request, in µs. */
  readonly cost: number;
}

/** What load.c prints of one run. */
interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** What a ratio should be. */
interface Target {
  readonly words: string;
  isMet(ratio: number): boolean;
}

const NEARLY: Target = {
  words: ">= 0.90",
  isMet: (ratio) => ratio >= 0.9,
};

const ALIKE: Target = {
  words: "0.90 to 1.11",
  isMet: (ratio) => ratio >= 0.9 && ratio <= 1 / 0.9,
};

/** A comparison of two servers in one mode, made once a round. */
interface Duel {
  readonly title: string;
  readonly mode: Mode;
  readonly one: Server;
  readonly other: Server;
  readonly target: Target | undefined;
  readonly samples: { readonly one: Sample; readonly other: Sample }[];
}

async function bench(
  quick: boolean,
  flags: readonly string[],
): Promise<void> {
  const rounds = quick ? 3 : 15;
  const seconds = quick ? 0.5 : 1;
  await using scope = new AsyncDisposableStack();
  const load = await compileLoad(scope);
  const redis = await startRedis(scope, FEW);
  const fullRedis = await startRedis(scope, MANY);
  const few = await startDeno(scope, [...flags, ...SERVER], FEW);
  const many = await startDeno(scope, [...flags, ...SERVER], MANY);
  const naive = await startDeno(scope, [...flags, "bench/naive.ts"], FEW);
  const echo = await startDeno(scope, [...flags, "bench/echo.ts"], FEW);
  for (const server of [redis, fullRedis, few, many]) {
    await run(load, server, "fill", 0);
  }
  const filled = residentMiB(many.pid);

  const duel = (
    title: string,
    mode: Mode,
    one: Server,
    other: Server,
    target?: Target,
  ): Duel => ({ title, mode, one, other, target, samples: [] });
  const duels = [
    duel("REGISTER / redis SET, connections kept", "kept", few, redis, NEARLY),
    duel("REGISTER / redis SET, one each", "fresh", few, redis, NEARLY),
    duel("REGISTER / redis SET, one each, reset", "reset", few, redis, NEARLY),
    duel("an echo / redis SET, connections kept", "kept", echo, redis),
    duel("an echo / redis SET, one each", "fresh", echo, redis),
    duel("REGISTER / a naive map, connections kept", "kept", few, naive),
    duel("REGISTER / a naive map, one each", "fresh", few, naive),
    duel("1,000,000 / 1,000 held, connections kept", "kept", many, few, ALIKE),
    duel("1,000,000 / 1,000 held, one each", "fresh", many, few, ALIKE),
    duel("the same of redis SET, connections kept", "kept", fullRedis, redis),
  ];
  console.log(
    `${CONNECTIONS} connections, ${rounds} rounds of ${seconds} s, ` +
      "median of the rounds' ratios; in brackets the lowest and the highest",
  );
  // The first round only warms the servers up.
  for (let round = 0; round <= rounds; round++) {
    for (const duel of duels) {
      const sample = await fight(load, duel, seconds, round % 2 === 0);
      if (round > 0) duel.samples.push(sample);
    }
  }
  for (const duel of duels) reportDuel(duel);
  reportMemory(Math.max(filled, residentMiB(many.pid)));
}

/** Measures both servers, one right after the other, in either order. */
async function fight(
  load: string,
  { mode, one, other }: Duel,
  seconds: number,
  oneFirst: boolean,
): Promise<{ one: Sample; other: Sample }> {
  const early = oneFirst ? await run(load, one, mode, seconds) : undefined;
  const others = await run(load, other, mode, seconds);
  return {
    one: early ?? await run(load, one, mode, seconds),
    other: others,
  };
}

/** Runs the load process once against a server. */
async function run(
  load: string,
  { protocol, port, pid, keys }: Server,
  mode: Mode,
  seconds: number,
): Promise<Sample> {
  const before = cpuSeconds(pid);
  const { success, stdout } = await new Deno.Command(load, {
    args: ["127.0.0.1", port, protocol, mode, CONNECTIONS, seconds, keys]
      .map(String),
    stderr: "inherit",
  }).output();
  if (!success) throw new CannotRun(`the load failed: ${protocol} ${mode}`);
  const spent = cpuSeconds(pid) - before;
  const result: LoadResult = JSON.parse(new TextDecoder().decode(stdout));
  return {
    perSecond: result.perSecond,
    loadCPU: result.cpuSeconds / result.seconds,
    serverCPU: spent / result.seconds,
    cost: spent / result.requests * 1e6,
  };
}

function reportDuel({ title, samples, target }: Duel): void {
  const ratios = samples
    .map(({ one, other }) => one.perSecond / other.perSecond);
  const ratio = median(ratios);
  const pair = (field: keyof Sample, digits: number) =>
    (["one", "other"] as const).map((side) =>
      median(samples.map((sample) => sample[side][field]))
        .toLocaleString("en", {
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
        })
    ).join(" / ");
  report(
    title,
    ratio.toFixed(2),
    target?.words,
    target?.isMet(ratio),
    `${range(ratios)}  ` +
      `${pair("perSecond", 0)} a second; cores: servers ` +
      `${pair("serverCPU", 2)}, load ${pair("loadCPU", 2)}; ` +
      `server CPU a request: ${pair("cost", 1)} µs`,
  );
}

function reportMemory(mebibytes: number): void {
  const title = "memory with 1,000,000 held";
  const ok = mebibytes <= 400;
  report(title, `${mebibytes.toFixed(0)} MiB`, "<= 400 MiB", ok);
}

/** Compiles load.c and returns where the program is, until the scope ends. */
async function compileLoad(scope: AsyncDisposableStack): Promise<string> {
  if (Deno.build.os !== "linux") {
    throw new CannotRun("the load process is written for Linux (epoll)");
  }
  const folder = await Deno.makeTempDir({ prefix: "p2pchat-bench-" });
  scope.defer(() => Deno.remove(folder, { recursive: true }));
  const load = `${folder}/load`;
  const source = new URL("load.c", import.meta.url).pathname;
  const compiler = spawn(
    scope,
    "cc",
    ["-O2", "-o", load, source],
    "a C compiler is needed: apt-get install gcc libc6-dev",
  );
  const { success } = await compiler.status;
  if (!success) throw new CannotRun("cc could not compile bench/load.c");
  return load;
}

/** Starts a redis-server that keeps everything in memory, on loopback. */
async function startRedis(
  scope: AsyncDisposableStack,
  keys: number,
): Promise<Server> {
  const port = freePort();
  const server = spawn(
    scope,
    "redis-server",
    // Its protected mode takes 127.0.0.1 alone for loopback, and the load
    // comes from all over 127.0.0.0/8; the bind keeps everybody else out.
    ["--bind", "127.0.0.1", "--port", `${port}`, "--protected-mode", "no"]
      .concat(["--save", "", "--appendonly", "no"]),
    "redis-server is needed: apt-get install redis-server",
  );
  await untilPrinted(
    server.stdout,
    /Ready to accept connections/,
    "redis-server",
  );
  return { protocol: "set", port, pid: server.pid, keys };
}

/** Starts a program of this repository that answers REGISTER. */
async function startDeno(
  scope: AsyncDisposableStack,
  args: string[],
  keys: number,
): Promise<Server> {
  const server = spawn(
    scope,
    Deno.execPath(),
    ["run", "--quiet", "--no-prompt", "--allow-all", ...args],
    "deno is needed",
  );
  const ready = /listening on 127\.0\.0\.1:(\d+)\n/;
  const [, port] = await untilPrinted(server.stdout, ready, args.join(" "));
  return { protocol: "register", port: Number(port), pid: server.pid, keys };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The CPU time that a process has used so far, in seconds (proc(5), stat). */
function cpuSeconds(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** The memory that a process has resident, in MiB (proc(5), status). */
function residentMiB(pid: number): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

if (import.meta.main) Deno.exit(await benchmark(Deno.args, bench));
