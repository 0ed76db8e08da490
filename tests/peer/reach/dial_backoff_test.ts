import { assert, assertEquals } from "@std/assert";
import { DialBackoff } from "../../../lib/peer/reach/mod.ts";

const TIMES = { minMs: 500, maxMs: 30_000 };
const HOUR_MS = 60 * 60 * 1000;

/** How often an address is dialled in a time, if it is tried all the time. */
function dialsWithin(ms: number, addressAt: (n: number) => [string, number]) {
  const backoff = new DialBackoff(TIMES);
  let dials = 0;
  for (let now = 0, n = 0; now < ms; now += 100, n++) {
    const [host, port] = addressAt(n);
    if (backoff.begin({ host, port }, now) === 0) dials++;
  }
  return dials;
}

Deno.test("an address where no peer proves its key is dialled ever more rarely", () => {
  const backoff = new DialBackoff(TIMES);
  const address = { host: "192.0.2.7", port: 40000 };
  const waits: number[] = [];
  for (let now = 0, n = 0; n < 9; n++) {
    assertEquals(backoff.begin(address, now), 0);
    const waitMs = backoff.begin(address, now);
    waits.push(waitMs);
    now += waitMs;
  }
  assertEquals(
    waits,
    [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000],
  );
});

Deno.test("an address is dialled at most 126 times in an hour, however it is written", () => {
  const forms = ["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207"];
  const dials = dialsWithin(
    HOUR_MS,
    (n) => [forms[n % forms.length] ?? "", 40000],
  );
  assert(dials <= 126, `${dials}`);
});

Deno.test("a host is not dialled at ever other ports", () => {
  const dials = dialsWithin(
    HOUR_MS,
    (n) => ["192.0.2.7", 1024 + n % 60_000],
  );
  assert(dials <= 16 + 126, `${dials}`);
  const inNetwork = dialsWithin(
    HOUR_MS,
    (n) => [`2001:db8::${n.toString(16)}`, 40000],
  );
  assert(inNetwork <= 16 + 126, `${inNetwork}`);
});

Deno.test("the ports of loopback are delayed each by itself: all its clients have one host", () => {
  const dials = dialsWithin(
    HOUR_MS,
    (n) => ["127.0.0.1", 40000 + n % 20],
  );
  assert(dials > 20 * 100 && dials <= 20 * 126, `${dials}`);
});

Deno.test("ever other hosts are not dialled either, and none is remembered for ever", () => {
  const backoff = new DialBackoff(TIMES);
  const address = (n: number) => ({
    host: `10.${n >> 16}.${n >> 8 & 255}.${n & 255}`,
    port: 40000,
  });
  let dials = 0;
  for (let n = 0; n < 5000; n++) {
    if (backoff.begin(address(n), n) === 0) dials++;
    assert(backoff.size <= 1024);
  }
  assertEquals(dials, 512);
  assertEquals(backoff.begin(address(4999), HOUR_MS), 0);
  assertEquals(backoff.size, 2);
});

Deno.test("an address where the peer has proved its key is dialled at once again", () => {
  const backoff = new DialBackoff(TIMES);
  const address = { host: "192.0.2.7", port: 40000 };
  backoff.begin(address, 0);
  backoff.begin(address, 500);
  assert(backoff.begin(address, 600) > 0);
  backoff.proved(address);
  assertEquals(backoff.begin(address, 600), 0);
  assertEquals(backoff.size, 2);
});

Deno.test("the delays of an address begin anew 10 minutes after its last dial", () => {
  const backoff = new DialBackoff(TIMES);
  const address = { host: "192.0.2.7", port: 40000 };
  for (let n = 0; n < 20; n++) backoff.begin(address, n * 30_000);
  assertEquals(backoff.begin(address, 19 * 30_000), 30_000);
  backoff.begin(address, HOUR_MS);
  assertEquals(backoff.begin(address, HOUR_MS), 500);
});
