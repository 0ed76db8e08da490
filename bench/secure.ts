/**
 * The figures of the secure channel, measured in one run: a round trip against
 * bare TCP, a stream of messages against a loop that awaits each reply, the CPU
 * time of a handshake, and 1 GiB against `socat` with OPENSSL.
 *
 *     deno run -A bench/secure.ts [--quick] [-- FLAGS]
 *
 * The arguments are those of `bench/registry.ts`. The other end runs in a
 * process of its own (`bench/secure_server.ts`). The two sides of a comparison
 * take turns, so that a busy machine slows both; with `--quick` there are fewer
 * turns, and a quarter of the GiB.
 *
 * @module
 */
import process from "node:process";
import { benchmark, spawn, untilPrinted } from "./programs.ts";
import { median, quotients, range, report } from "./report.ts";
import {
  bareTrip,
  dial,
  dialSecure,
  hangUp,
  secureTrip,
  waitForCount,
  writeMany,
} from "./secure_client.ts";
import { Socat } from "./socat.ts";

const MESSAGE = crypto.getRandomValues(new Uint8Array(100));
const PIECE = new Uint8Array(32 * 1024);
const GIB = 1024 ** 3;

/** Where the services of the other end listen: `secure_server.ts` has them. */
type Ports = Readonly<
  Record<
    "echo" | "secureEcho" | "secureCount" | "secureSink" | "cpu",
    number
  >
>;

async function bench(
  quick: boolean,
  flags: readonly string[],
): Promise<void> {
  await using scope = new AsyncDisposableStack();
  const socat = await Socat.prepare(scope);
  const ports = await startServer(scope, flags);
  await compareRoundTrips(ports, quick ? 10 : 40);
  await compareStreams(ports, quick ? 3 : 9);
  await measureHandshakes(ports, quick ? 3 : 9);
  await compareBulk(ports, socat, quick ? 3 : 5, quick ? GIB / 4 : GIB);
}

async function startServer(
  scope: AsyncDisposableStack,
  flags: readonly string[],
): Promise<Ports> {
  const server = spawn(
    scope,
    Deno.execPath(),
    ["run", "--quiet", "--no-prompt", "--allow-net", "--allow-sys", ...flags]
      .concat(new URL("secure_server.ts", import.meta.url).pathname),
    "deno is needed",
  );
  const [line] = await untilPrinted(server.stdout, /\{.*\}\n/, "the other end");
  return JSON.parse(line);
}

/** What some round trips take each, in the middle, in µs. */
async function roundTrip(trip: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 500; i++) {
    const start = performance.now();
    await trip();
    times.push((performance.now() - start) * 1000);
  }
  return median(times);
}

async function compareRoundTrips(ports: Ports, rounds: number): Promise<void> {
  const conn = await dial(ports.echo);
  const wire = await dialSecure(ports.secureEcho);
  const bare: number[] = [];
  const secure: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    bare.push(await roundTrip(() => bareTrip(conn, MESSAGE)));
    secure.push(await roundTrip(() => secureTrip(wire, MESSAGE)));
  }
  conn.close();
  await hangUp(wire);
  // The first round only warms both up.
  const ratios = quotients(secure, bare).slice(1);
  report(
    "round trip of 100 bytes / bare TCP",
    median(ratios).toFixed(2),
    "<= 1.50",
    median(ratios) <= 1.5,
    `${range(ratios)}  ${median(secure).toFixed(0)} / ` +
      `${median(bare).toFixed(0)} µs`,
  );
}

async function compareStreams(ports: Ports, rounds: number): Promise<void> {
  const replies = 5_000;
  const messages = 200_000;
  const conn = await dial(ports.echo);
  const wire = await dialSecure(ports.secureCount);
  const loop: number[] = [];
  const stream: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    loop.push(
      await perSecond(replies, async () => {
        for (let i = 0; i < replies; i++) await bareTrip(conn, MESSAGE);
      }),
    );
    stream.push(
      await perSecond(messages, async () => {
        const total = MESSAGE.length * messages * (round + 1);
        const acknowledged = waitForCount(wire, total);
        await writeMany(wire, MESSAGE, messages, 256);
        await acknowledged;
      }),
    );
  }
  conn.close();
  await hangUp(wire);
  const rate = median(stream.slice(1));
  const ratios = quotients(stream, loop).slice(1);
  const pair = `${thousands(rate)} / ${thousands(median(loop.slice(1)))} k`;
  report(
    "100-byte messages, one way",
    `${thousands(rate)} k/s`,
    ">= 40 k/s",
    rate >= 40_000,
    "acknowledged in bulk",
  );
  report(
    "the same / a bare loop awaiting replies",
    median(ratios).toFixed(1),
    ">= 10",
    median(ratios) >= 10,
    `${range(ratios)}  ${pair} messages a second`,
  );
}

async function measureHandshakes(ports: Ports, rounds: number): Promise<void> {
  const count = 200;
  const dialler: number[] = [];
  const accepter: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = await cpuOfBoth(ports);
    for (let i = 0; i < count; i++) await handshake(ports);
    const after = await cpuOfBoth(ports);
    dialler.push((after[0] - before[0]) / count);
    accepter.push((after[1] - before[1]) / count);
  }
  for (const [side, times] of Object.entries({ dialler, accepter })) {
    const time = median(times.slice(1));
    report(
      `handshake, CPU of the ${side}`,
      `${time.toFixed(2)} ms`,
      "<= 3 ms",
      time <= 3,
      "the connection under it included",
    );
  }
  const ratios = quotients(accepter, dialler).slice(1);
  report(
    "handshake, CPU of accepter / dialler",
    median(ratios).toFixed(2),
    "<= 1.05",
    median(ratios) <= 1.05,
    range(ratios),
  );
}

async function handshake(ports: Ports): Promise<void> {
  await hangUp(await dialSecure(ports.secureEcho));
}

/** The CPU time used by this process and by the other end, in ms. */
async function cpuOfBoth(ports: Ports): Promise<[number, number]> {
  const { user, system } = process.cpuUsage();
  const theirs = await new Response((await dial(ports.cpu)).readable).text();
  return [(user + system) / 1000, Number(theirs)];
}

async function compareBulk(
  ports: Ports,
  socat: Socat,
  rounds: number,
  size: number,
): Promise<void> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    theirs.push(await socat.send(size, PIECE.length));
    ours.push(
      await perSecond(size, async () => {
        const wire = await dialSecure(ports.secureSink);
        await writeMany(wire, PIECE, size / PIECE.length, 8);
        await hangUp(wire);
      }),
    );
  }
  const ratios = quotients(ours, theirs);
  const pair = [ours, theirs].map((rates) => (median(rates) / 1e6).toFixed(0));
  report(
    `${size / 2 ** 20} MiB in 32 KiB / socat OPENSSL`,
    median(ratios).toFixed(2),
    ">= 0.50",
    median(ratios) >= 0.5,
    `${range(ratios)}  ${pair.join(" / ")} MB/s`,
  );
}

/** How many of something are done a second. */
async function perSecond(
  count: number,
  work: () => Promise<void>,
): Promise<number> {
  const start = performance.now();
  await work();
  return count / (performance.now() - start) * 1000;
}

function thousands(value: number): string {
  return Math.round(value / 1000).toLocaleString("en");
}

if (import.meta.main) Deno.exit(await benchmark(Deno.args, bench));
