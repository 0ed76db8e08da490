/**
 * The figures of delivery, with the real programs: messages that wait for an
 * offline client and are delivered at its return, a client's start with a long
 * history, its search, and a registry's restart with a full
 * mailbox.
 *
 *     deno run -A bench/delivery.ts [--quick] [-- FLAGS]
 *
 * FLAGS go to the Deno that runs the programs, and so do those in the
 * environment variable P2PCHAT_DENO_FLAGS. With `--quick` there is a tenth of
 * everything, and the figures say nothing about the targets. The exit code is 0
 * also where a target is missed.
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import { openStore, type Store } from "../lib/peer/store/store.ts";
import { openEmbeddedStore } from "../lib/registry/store/embedded.ts";

/** How often a start is measured each way. */
const STARTS = 9;

/** The arguments that run one of the programs from source. */
type Source = (program: "client.ts" | "server.ts") => string[];

async function main(args: string[]): Promise<void> {
  const cut = args.indexOf("--");
  const own = cut < 0 ? args : args.slice(0, cut);
  const flags = (Deno.env.get("P2PCHAT_DENO_FLAGS") ?? "")
    .split(" ").filter((flag) => flag !== "")
    .concat(cut < 0 ? [] : args.slice(cut + 1));
  const source: Source = (
    program,
  ) => ["run", "--quiet", "--no-prompt", "--allow-all", ...flags, program];
  const part = own.includes("--quick") ? 0.1 : 1;
  const folder = Deno.makeTempDirSync({ prefix: "p2pchat-bench-" });
  try {
    await deliver(source, `${folder}/delivery`, 10_000 * part);
    await start(source, `${folder}/start`, 1_000_000 * part);
    await restart(source, `${folder}/restart`, 100_000 * part);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** From one client's disk to the other's, once the other is online. */
async function deliver(
  source: Source,
  folder: string,
  messages: number,
): Promise<void> {
  await using registry = new Program(
    source("server.ts").concat(
      "--listen",
      "127.0.0.1:0",
      "--state",
      `${folder}/registry`,
    ),
  );
  const [, where = ""] = await registry.line(/^listening on (.*)/);
  const client = (clientID: string) =>
    new Program(
      source("client.ts").concat(
        [clientID, "0", where, "--json", "--accept", "all", "--no-quota"],
      ),
      `${folder}/${clientID}`,
    );
  {
    await using bob = client("bob");
    await bob.line(/"event":"registered"/);
  }
  {
    using store = storeOf(`${folder}/alice`, "alice");
    for (let n = 0; n < messages; n++) {
      store.outbox.queue("bob", sentence(n), Date.now());
    }
  }
  await using alice = client("alice");
  // As many as fit wait in the mailbox, too: what comes twice is sorted out.
  if (messages > 1000) {
    await alice.line(/"event":"waiting".*recipient's mailbox/);
  } else await alice.line(/"event":"left"/);
  const bob = client("bob");
  await bob.line(/"event":"registered"/);
  const began = performance.now();
  await bob.line(new RegExp(`"event":"message".*"text":"${messages - 1} `));
  const seconds = (performance.now() - began) / 1000;
  await bob[Symbol.asyncDispose]();
  using store = storeOf(`${folder}/bob`, "bob");
  const kept = store.history.recent("alice", 2 * messages);
  const whole = kept.length === messages &&
    kept.every(({ text }, n) => text === sentence(n));
  report(
    `${digits(messages)} messages at a return`,
    whole ? "all, in order" : "NOT WHOLE",
    "none lost, none doubled",
    whole,
    `${digits(kept.length)} kept`,
  );
  const rate = messages / seconds;
  report(
    "from disk to the other disk",
    `${digits(rate)} a second`,
    ">= 5,000",
    rate >= 5000,
    `${seconds.toFixed(2)} s from its registration to the last one shown`,
  );
}

/** Until a person can type: with a history, and with none. */
async function start(
  source: Source,
  folder: string,
  messages: number,
): Promise<void> {
  {
    using store = storeOf(`${folder}/long`, "alice");
    for (let n = 0; n < messages; n += 1000) receive(store, n);
  }
  const client = (home: string) =>
    new Program(
      source("client.ts")
        .concat("alice", "0", "127.0.0.1:1", "--json", "--no-register"),
      `${folder}/${home}`,
    );
  const timed = async (home: string) => {
    const began = performance.now();
    await using program = client(home);
    await program.line(/"event":"listening"/);
    return performance.now() - began;
  };
  const long: number[] = [];
  const none: number[] = [];
  // The first round only warms the caches up.
  for (let round = 0; round <= STARTS; round++) {
    const [withLong, withNone] = [await timed("long"), await timed("none")];
    if (round === 0) continue;
    long.push(withLong);
    none.push(withNone);
  }
  const ratio = median(long) / median(none);
  report(
    `start with ${digits(messages)} / with none`,
    ratio.toFixed(2),
    "<= 1.30",
    ratio <= 1.3,
    `${median(long).toFixed(0)} / ${median(none).toFixed(0)} ms`,
  );
  await using program = client("long");
  await program.line(/"event":"listening"/);
  const times: number[] = [];
  for (const words of ["word0", "word0 word1", "word99", "nothing", "word3"]) {
    const began = performance.now();
    await program.type(`/search ${words}`);
    await program.line(/"event":"history"/);
    times.push(performance.now() - began);
  }
  const slowest = Math.max(...times);
  report(
    "/search, the slowest of 5",
    `${slowest.toFixed(0)} ms`,
    "<= 100 ms",
    slowest <= 100,
    `median ${median(times).toFixed(0)} ms`,
  );
}

/** Until a registry listens that has letters for a thousand clients. */
async function restart(
  source: Source,
  folder: string,
  letters: number,
): Promise<void> {
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  {
    using store = openEmbeddedStore(folder);
    const sealed = crypto.getRandomValues(new Uint8Array(300));
    for (let n = 0; n < letters; n++) {
      const recipient = `key ${n % 1000}`;
      store.mailbox.deposit({ recipient, sender: "key", sealed }, 0);
    }
  }
  const times: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    const began = performance.now();
    await using registry = new Program(
      source("server.ts").concat("--listen", "127.0.0.1:0", "--state", folder),
    );
    await registry.line(/^listening on/);
    times.push(performance.now() - began);
  }
  report(
    `registry's restart, ${digits(letters)} letters`,
    `${median(times).toFixed(0)} ms`,
    "<= 2,000 ms",
    median(times) <= 2000,
    "from nothing to where it listens",
  );
}

/** A program that runs until it is disposed of, which kills it. */
class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: string[] = [];
  readonly #reading: Promise<void>;
  #next = 0;
  #ended = false;
  #arrived = Promise.withResolvers<void>();

  constructor(args: string[], home?: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
      env: home === undefined ? {} : { P2PCHAT_HOME: home },
    }).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  async type(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${line}\n`));
  }

  /** The next line of output that matches, taken apart. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (let line; (line = this.#lines[this.#next]) !== undefined;) {
        this.#next++;
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      if (this.#ended) throw new Error(`a program ended before ${pattern}`);
      await this.#arrived.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#reading;
    await this.#child.status;
    await this.#stdin.close().catch(() => {});
  }

  /** Reads all the time: who is not read from stands still. */
  async #read(): Promise<void> {
    const lines = this.#child.stdout
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      this.#lines.push(line);
      this.#change();
    }
    this.#ended = true;
    this.#change();
  }

  #change(): void {
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }
}

/** The messages of a client that is not running. */
function storeOf(home: string, clientID: string): Store {
  const folder = `${home}/client-${clientID}`;
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openStore(`${folder}/store.db`, { now: Date.now() });
}

/** A thousand messages from one of ten others. */
function receive(store: Store, from: number): void {
  const peer = `peer${from / 1000 % 10}`;
  const arrivals = Array.from({ length: 1000 }, (_, n) => ({
    id: (from + n).toString(32).toUpperCase().padStart(26, "0"),
    text: sentence(from + n),
    time: Date.now(),
  }));
  const { inbox } = store;
  inbox.markShown(
    inbox.receive(`the key of ${peer}`, peer, arrivals, Date.now()).fresh,
  );
}

/** A number and nine words, the commonest in each text. */
function sentence(n: number): string {
  const words = Array.from({ length: 9 }, (_, k) => `word${n % 10 ** k}`);
  return `${n} ${words.join(" ")}`;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function digits(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function report(
  title: string,
  figure: string,
  target: string,
  ok: boolean,
  how: string,
): void {
  console.log(
    `${title.padEnd(41)} ${figure.padStart(15)}  target ${
      target.padEnd(23)
    }  ` +
      `${(ok ? "ok" : "MISSED").padEnd(6)}  ${how}`,
  );
}

if (import.meta.main) await main(Deno.args);
