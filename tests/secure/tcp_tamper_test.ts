import { assert, assertEquals } from "@std/assert";
import { FramingError } from "../../lib/framing/mod.ts";
import { TcpWire } from "../../lib/net/mod.ts";
import { secureConnect, SecureError } from "../../lib/secure/mod.ts";
import { acceptSecure, alice, readAll } from "../support/secure_wires.ts";
import { utf8 } from "../support/bytes.ts";
import { HELLO } from "../support/hello.ts";
import { flipBit } from "../support/flip_bit.ts";

const TEXT = "the words between the two of us";

/** How many bytes go each way when each says the text and hangs up. */
const LENGTHS = {
  forth: HELLO.length + 66 + (2 + TEXT.length + 16) + 18,
  back: 98 + (2 + TEXT.length + 16) + 18,
};

/** What an attacker in between changes: a bit of a byte on its way, or nothing. */
interface Change {
  readonly way: keyof typeof LENGTHS;
  readonly at: number;
}

/** Passes bytes on, with the change, and counts them. */
async function forward(
  from: Deno.TcpConn,
  to: Deno.TcpConn,
  at: number | undefined,
): Promise<number> {
  let count = 0;
  const buffer = new Uint8Array(1000);
  try {
    for (let n; (n = await from.read(buffer)) !== null; count += n) {
      if (at !== undefined && at >= count && at < count + n) {
        flipBit(buffer, at - count, at % 8);
      }
      await to.write(buffer.subarray(0, n));
    }
    await to.closeWrite();
  } catch {
    // One of the two has hung up; so does the other then.
    from.close();
  }
  return count;
}

async function converse(
  wire: TcpWire,
  opening: ReturnType<typeof acceptSecure>,
): Promise<{ heard: string; error: unknown }> {
  try {
    const secure = await opening;
    const said = secure.write(utf8(TEXT)).then(() => secure.closeWrite());
    const { bytes: heard, error } = await readAll(secure);
    await said.catch(() => {});
    return { heard: new TextDecoder().decode(heard), error };
  } catch (error) {
    return { heard: "", error };
  } finally {
    wire.close();
  }
}

/** A conversation over two TCP connections, with an attacker in between. */
async function meet(change?: Change) {
  using outer = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using inner = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dial = (listener: Deno.TcpListener) =>
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  const [a, fromA, toB, b] = await Promise.all([
    dial(outer),
    outer.accept(),
    dial(inner),
    inner.accept(),
  ]);
  const at = (way: Change["way"]) =>
    change?.way === way ? change.at : undefined;
  const between = Promise.all([
    forward(fromA, toB, at("forth")),
    forward(toB, fromA, at("back")),
  ]);
  const [wireA, wireB] = [new TcpWire(a), new TcpWire(b)];
  const outcomes = await Promise.all([
    converse(wireA, secureConnect(wireA, alice)),
    converse(wireB, acceptSecure(wireB)),
  ]);
  const counts = await between;
  for (const conn of [fromA, toB]) {
    try {
      conn.close();
    } catch {
      // It has been closed where the other side hung up.
    }
  }
  return { outcomes, counts };
}

Deno.test("a proxy that changes nothing is not noticed", async () => {
  const { outcomes, counts } = await meet();
  for (const outcome of outcomes) {
    assertEquals(outcome, { heard: TEXT, error: undefined });
  }
  assertEquals(counts, [LENGTHS.forth, LENGTHS.back]);
});

for (const way of ["forth", "back"] as const) {
  Deno.test(`an attacker who changes a byte on the way ${way} is noticed, and nothing changed is heard`, async () => {
    // Before the first message of the handshake a change may mean the same.
    const start = way === "forth" ? HELLO.indexOf("Handshake: ") + 11 : 0;
    for (let i = start; i < LENGTHS[way]; i += 3) {
      const { outcomes } = await meet({ way, at: i });
      const [victim, other] = way === "forth"
        ? [outcomes[1], outcomes[0]]
        : outcomes;
      assert(
        victim.error instanceof SecureError ||
          victim.error instanceof FramingError,
        `byte ${i}: ${victim.error}`,
      );
      for (const { heard } of [victim, other]) {
        assert(heard === "" || heard === TEXT, `byte ${i}: ${heard}`);
      }
    }
  });
}
