import { assert, assertEquals, assertRejects } from "@std/assert";
import { PeerError } from "../../../lib/peer/mod.ts";
import { dialCandidates } from "../../../lib/peer/reach/mod.ts";
import type { Candidate } from "../../../lib/protocol/mod.ts";
import { RecordingConnect } from "../../support/recording_connect.ts";

const hostname = "127.0.0.1";

/** Refuses no candidate. */
const refusal = () => undefined;

/** A candidate that accepts connections. */
function open(): Disposable & { readonly candidate: Candidate } {
  const listener = Deno.listen({ hostname, port: 0 });
  const accepted: Promise<void> = listener.accept().then(
    (conn) => conn.close(),
    () => {},
  );
  return {
    candidate: { address: { host: hostname, port: listener.addr.port } },
    [Symbol.dispose]() {
      listener.close();
      accepted.catch(() => {});
    },
  };
}

/** A candidate where nothing listens. */
function closed(): Candidate {
  using listener = Deno.listen({ hostname, port: 0 });
  return { address: { host: hostname, port: listener.addr.port } };
}

/** A candidate that neither accepts nor refuses connections. */
function silent(): AsyncDisposable & { readonly candidate: Candidate } {
  const listener = Deno.listen({ hostname, port: 0, tcpBacklog: 1 });
  const { port } = listener.addr;
  const cancelled = new AbortController();
  const { signal } = cancelled;
  const queue = Array.from(
    { length: 10 },
    () => Deno.connect({ hostname, port, signal }),
  );
  return {
    candidate: { address: { host: hostname, port } },
    async [Symbol.asyncDispose]() {
      cancelled.abort();
      for (const attempt of await Promise.allSettled(queue)) {
        if (attempt.status === "fulfilled") attempt.value.close();
      }
      listener.close();
    },
  };
}

Deno.test("the first candidate that accepts a connection is taken", async () => {
  using one = open();
  using other = open();
  const { wire, candidate } = await dialCandidates(
    [closed(), one.candidate, other.candidate],
    "bob",
    { timeoutMs: 2000, refusal },
  );
  wire.close();
  assertEquals(candidate, one.candidate);
});

Deno.test("where no candidate accepts a connection, the failure of the first one is thrown", async () => {
  const [one, other] = [closed(), closed()];
  await assertRejects(
    () => dialCandidates([one, other], "bob", { timeoutMs: 2000, refusal }),
    PeerError,
    `bob at ${hostname}:${one.address.port} cannot be reached`,
  );
});

Deno.test({
  name: "candidates that do not answer share one timeout",
  // Windows refuses connections for which a queue has no room.
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using one = silent();
    await using other = silent();
    using last = open();
    const before = performance.now();
    const { wire, candidate } = await dialCandidates(
      [one.candidate, other.candidate, last.candidate],
      "bob",
      { timeoutMs: 900, refusal },
    );
    wire.close();
    const taken = performance.now() - before;
    assertEquals(candidate, last.candidate);
    // Each has a third of it; with a timeout of its own, it would be 1800 ms.
    assert(taken > 590 && taken < 1700, `it took ${taken} ms`);
  },
});

Deno.test("an attempt that is cancelled fails, whatever candidates are left", async () => {
  using one = open();
  const signal = AbortSignal.abort();
  await assertRejects(
    () =>
      dialCandidates([closed(), one.candidate], "bob", {
        timeoutMs: 2000,
        refusal,
        signal,
      }),
    PeerError,
    "was cancelled",
  );
});

Deno.test("a candidate that is refused is not dialled, and the next one is", async () => {
  using one = open();
  const refused = closed();
  const { wire, candidate } = await dialCandidates(
    [refused, one.candidate],
    "bob",
    {
      timeoutMs: 2000,
      refusal: ({ port }) =>
        port === refused.address.port ? "it is refused" : undefined,
    },
  );
  wire.close();
  assertEquals(candidate, one.candidate);
  const recorder = new RecordingConnect();
  await assertRejects(
    () =>
      dialCandidates([refused], "bob", {
        timeoutMs: 2000,
        refusal: () => "it is refused",
        connect: recorder.connect,
      }),
    PeerError,
    "it is refused",
  );
  assertEquals(recorder.dialled, []);
});
