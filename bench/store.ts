/**
 * The figures of what client and registry keep on disk, measured in one run:
 * delivery from one client's disk to another's, the start of a client with
 * 1,000,000 messages against one with none, searching those messages, and the
 * start of a registry with 100,000 letters waiting.
 *
 *     deno run -A bench/store.ts [--quick]
 *
 * With `--quick` there are a tenth as many messages and letters, and the
 * figures say nothing about the targets. The exit code is 0 also where a target
 * is missed.
 *
 * @module
 */
import { openStore, type Store } from "../lib/peer/store/store.ts";
import { openEmbeddedStore } from "../lib/registry/store/embedded.ts";
import { median, report } from "./report.ts";

const NOW = Date.UTC(2026, 0);

/** How many messages go to the disk, or over the wire, together. */
const BATCH = 100;

function main(args: string[]): void {
  const [task, path = ""] = args;
  if (task === "--start") return start(path);
  const part = task === "--quick" ? 0.1 : 1;
  const folder = Deno.makeTempDirSync({ prefix: "p2pchat-bench-" });
  try {
    deliver(folder, 10_000 * part);
    const full = `${folder}/full.db`;
    fill(full, 1_000_000 * part);
    compareStarts(full, `${folder}/empty.db`);
    search(full);
    forget(full);
    restartRegistry(folder, 100_000 * part);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** What `client.ts` does with its file before a person can type. */
function start(path: string): void {
  using store = openStore(path, { now: NOW });
  store.outbox.recipients();
  store.history.recent("peer 1", 20);
}

/** From the sender's disk to the recipient's, and back what has arrived. */
function deliver(folder: string, messages: number): void {
  using alice = openStore(`${folder}/alice.db`, { now: NOW });
  using bob = openStore(`${folder}/bob.db`, { now: NOW });
  const queueing = milliseconds(() => {
    for (let n = 0; n < messages; n++) {
      alice.outbox.queue("bob", sentence(n), NOW);
    }
  });
  const delivering = milliseconds(() => {
    for (;;) {
      const letters = alice.outbox.waiting("bob", { limit: BATCH });
      if (letters.length === 0) break;
      const { fresh } = bob.inbox.receive("A", "alice", letters, NOW);
      alice.outbox.markDelivered("bob", fresh.map(({ id }) => id));
    }
  });
  const rate = messages / delivering * 1000;
  report(
    `${count(messages)} delivered, disk to disk`,
    `${count(rate)} a second`,
    ">= 5,000",
    rate >= 5000,
    `in batches of ${BATCH}; queued one by one: ` +
      `${count(messages / queueing * 1000)} a second`,
  );
}

/** Fills a client's file with messages from ten peers. */
function fill(path: string, messages: number): void {
  using store = openStore(path, { now: NOW });
  const filling = milliseconds(() => {
    for (let n = 0; n < messages; n += 1000) receive(store, n, n + 1000);
  });
  const size = Deno.statSync(path).size / 1024 / 1024;
  console.log(
    `${count(messages)} messages of 10 words: ${size.toFixed(0)} MiB, ` +
      `written at ${count(messages / filling * 1000)} a second`,
  );
}

function receive(store: Store, from: number, to: number): void {
  const letters = [];
  for (let n = from; n < to; n++) {
    letters.push({ id: ulidLike(n), text: sentence(n), time: NOW });
  }
  const peer = `peer ${from / 1000 % 10}`;
  store.inbox.receive(`the key of ${peer}`, peer, letters, NOW);
}

/** The whole process each time: a person waits for that. */
function compareStarts(full: string, empty: string): void {
  const samples = { full: new Array<number>(), empty: new Array<number>() };
  // The first round only warms the caches up.
  for (let round = 0; round <= 15; round++) {
    const sample = { full: startOf(full), empty: startOf(empty) };
    if (round === 0) continue;
    samples.full.push(sample.full);
    samples.empty.push(sample.empty);
  }
  const inside = [full, empty].map((path) =>
    median(Array.from({ length: 15 }, () => milliseconds(() => start(path))))
      .toFixed(1)
  ).join(" / ");
  const [slow, fast] = [median(samples.full), median(samples.empty)];
  report(
    "start with all of them / with none",
    (slow / fast).toFixed(2),
    "<= 1.30",
    slow / fast <= 1.3,
    `process ${slow.toFixed(0)} / ${fast.toFixed(0)} ms, of it the file ` +
      `${inside} ms`,
  );
}

function startOf(path: string): number {
  const args = ["run", "--quiet", "--no-config", "--no-prompt", "--allow-all"]
    .concat(import.meta.url, "--start", path);
  return milliseconds(() => {
    const { success } = new Deno.Command(Deno.execPath(), { args })
      .outputSync();
    if (!success) throw new Error("a process that only starts has failed");
  });
}

/** Words from the commonest to one that no message has, alone and together. */
function search(path: string): void {
  using store = openStore(path, { now: NOW });
  const queries = [
    ...[0, 1, 10, 100, 1000, 10_000].map(word),
    "nothing",
    [0, 1].map(word).join(" "),
    [2, 3, 4, 5].map(word).join(" "),
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map(word).join(" "),
    [0, 10_000].map(word).join(" "),
    [0, 1].map(word).join("-"),
  ];
  const times = queries.map((words) =>
    milliseconds(() => store.history.search(words, 50))
  );
  const slowest = Math.max(...times);
  report(
    "search, the slowest of 12",
    `${slowest.toFixed(1)} ms`,
    "<= 100 ms",
    slowest <= 100,
    `"${queries[times.indexOf(slowest)]}"; median ` +
      `${median(times).toFixed(1)} ms`,
  );
}

/** Removes a tenth of the messages and every trace of their words. */
function forget(path: string): void {
  using store = openStore(path, { now: NOW });
  const forgetting = milliseconds(() => store.history.forget("peer 1"));
  console.log(`one of the ten peers forgotten in ${count(forgetting)} ms`);
}

/** A registry that starts, and hands out the first letters. */
function restartRegistry(folder: string, letters: number): void {
  {
    using store = openEmbeddedStore(folder);
    const sealed = crypto.getRandomValues(new Uint8Array(300));
    const depositing = milliseconds(() => {
      for (let n = 0; n < letters; n++) {
        const recipient = `key ${n % 1000}`;
        store.mailbox.deposit({ recipient, sender: "key", sealed }, 0);
      }
    });
    console.log(
      `${count(letters)} letters of 300 bytes: deposited one by one at ` +
        `${count(letters / depositing * 1000)} a second`,
    );
  }
  const restart = () => {
    using store = openEmbeddedStore(folder);
    store.mailbox.collect("key 1", { maxBytes: 65_536 }, 0);
  };
  const time = median(Array.from({ length: 5 }, () => milliseconds(restart)));
  report(
    "registry's restart with all of them",
    `${time.toFixed(1)} ms`,
    "<= 2,000 ms",
    time <= 2000,
    "and the first letters handed out",
  );
}

/** A text of ten words, some of which are far commoner than others. */
function sentence(n: number): string {
  let text = "";
  // Chance that is the same in every run (Lehmer's generator).
  let seed = n * 7919 % 2147483646 + 1;
  for (let i = 0; i < 10; i++) {
    seed = seed * 48271 % 2147483647;
    text += `${word(Math.floor(50_000 ** (seed / 2147483647)) - 1)} `;
  }
  return text;
}

/** The word of a rank; 0 is the commonest. */
function word(rank: number): string {
  return `w${rank.toString(36)}x`;
}

function ulidLike(n: number): string {
  return n.toString(32).toUpperCase().padStart(26, "0");
}

function milliseconds(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

if (import.meta.main) main(Deno.args);
