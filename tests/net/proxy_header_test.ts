import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  ipBytes,
  ipText,
  MAX_PROXY_HEADER_BYTES,
  parseProxyHeader,
  ProxyHeaderError,
} from "../../lib/net/mod.ts";
import {
  PROXY_SIGNATURE,
  proxyHeader,
  rawProxyHeader,
} from "../support/proxy_header.ts";

const RUNS = 2000;

/** What is not an address of a client, in a header of version 2. */
const NO_IP: readonly [what: string, header: Uint8Array][] = [
  [
    "of a check by the proxy",
    rawProxyHeader(new Uint8Array(), {
      command: 0x20,
    }),
  ],
  [
    "of a check that names addresses",
    proxyHeader(
      { host: "192.0.2.7", port: 1 },
      { command: 0x20 },
    ),
  ],
  [
    "of a check with any family",
    rawProxyHeader(new Uint8Array(5), {
      command: 0x20,
      family: 0x77,
    }),
  ],
  ["of an unknown family", rawProxyHeader(new Uint8Array())],
  [
    "of an unknown family with further bytes",
    rawProxyHeader(
      new Uint8Array(40),
    ),
  ],
  ["of a UNIX socket", rawProxyHeader(new Uint8Array(216), { family: 0x31 })],
];

const FOUR = new Uint8Array(12);

/** What is no header of version 2, with what is said of it. */
const REFUSED: readonly [what: string, header: Uint8Array, words: string][] = [
  [
    "version 1 in binary",
    rawProxyHeader(FOUR, {
      command: 0x11,
      family: 0x11,
    }),
    "version",
  ],
  ["version 3", rawProxyHeader(FOUR, { command: 0x31, family: 0x11 }), "ver"],
  [
    "a third command",
    rawProxyHeader(FOUR, {
      command: 0x22,
      family: 0x11,
    }),
    "unknown command",
  ],
  ["a fourth family", rawProxyHeader(FOUR, { family: 0x41 }), "family"],
  [
    "IPv4 without a transport",
    rawProxyHeader(FOUR, { family: 0x10 }),
    "family",
  ],
  [
    "IPv4 addresses that are too short",
    rawProxyHeader(new Uint8Array(11), {
      family: 0x11,
    }),
    "no room for addresses",
  ],
  [
    "IPv6 addresses that are too short",
    rawProxyHeader(new Uint8Array(35), {
      family: 0x21,
    }),
    "no room for addresses",
  ],
  [
    "a UNIX address that is too short",
    rawProxyHeader(new Uint8Array(215), {
      family: 0x31,
    }),
    "no room for addresses",
  ],
  [
    "a header that is too long",
    rawProxyHeader(FOUR, {
      family: 0x11,
      further: new Uint8Array(MAX_PROXY_HEADER_BYTES - 16 - 12 + 1),
    }),
    "more than 4096 bytes",
  ],
  [
    "a check that is too long",
    rawProxyHeader(
      new Uint8Array(MAX_PROXY_HEADER_BYTES - 16 + 1),
      { command: 0x20 },
    ),
    "more than 4096 bytes",
  ],
];

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const ip = fc.oneof(fc.ipV4(), fc.ipV6());
const port = fc.nat(65535);
const source = fc.record({ host: ip, port });

/** The source as the runtime writes its address. */
function written({ host, port }: { host: string; port: number }) {
  const bytes = ipBytes(host);
  assert(bytes !== undefined, host);
  return { host: ipText(bytes), port };
}

Deno.test("whatever client a header of version 2 names, it is read, and what follows is not", () => {
  fc.assert(
    fc.property(
      source,
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 50 }),
      (source, further, rest) => {
        const header = proxyHeader(source, { further });
        const bytes = Uint8Array.from([...header, ...rest]);
        assertEquals(parseProxyHeader(bytes), {
          source: written(source),
          length: header.length,
        });
      },
    ),
    { numRuns: RUNS },
  );
});

Deno.test("no part of a header is taken for a whole one, nor refused", () => {
  fc.assert(
    fc.property(source, fc.uint8Array({ maxLength: 60 }), (source, further) => {
      const header = proxyHeader(source, { further });
      for (let length = 0; length < header.length; length++) {
        assertEquals(parseProxyHeader(header.subarray(0, length)), undefined);
      }
    }),
    { numRuns: RUNS / 20 },
  );
});

Deno.test("whatever the bytes are, they are a header, the beginning of one, or refused", () => {
  const arbitrary = fc.uint8Array({ maxLength: 400 });
  const likely = fc.tuple(arbitrary, fc.constantFrom(0x20, 0x21), fc.nat(0x33))
    .map(([bytes, command, family]) =>
      rawProxyHeader(bytes, { command, family })
    );
  const text = fc.string().map((it) => encode(`PROXY ${it}\r\n`));
  const signed = arbitrary.map((it) =>
    Uint8Array.from([...PROXY_SIGNATURE, ...it])
  );
  fc.assert(
    fc.property(fc.oneof(arbitrary, likely, text, signed), (bytes) => {
      try {
        const header = parseProxyHeader(bytes);
        if (header === undefined) return;
        const { source, length } = header;
        assert(length <= bytes.length && length <= MAX_PROXY_HEADER_BYTES);
        if (source !== undefined) assertEquals(written(source), source);
      } catch (error) {
        assert(error instanceof ProxyHeaderError, String(error));
      }
    }),
    { numRuns: RUNS },
  );
});

for (const [what, header] of NO_IP) {
  Deno.test(`a header ${what} names no client`, () => {
    const { length } = header;
    assertEquals(parseProxyHeader(header), { source: undefined, length });
    assertEquals(parseProxyHeader(header.subarray(0, length - 1)), undefined);
  });
}

for (const [what, header, words] of REFUSED) {
  Deno.test(`a header is refused as soon as it shows what is wrong: ${what}`, () => {
    // What is wrong is within the fixed bytes: the rest need not come.
    const refuse = (bytes: Uint8Array) => () => parseProxyHeader(bytes);
    assertThrows(refuse(header), ProxyHeaderError, words);
    assertThrows(refuse(header.subarray(0, 16)), ProxyHeaderError, words);
  });
}

Deno.test("the longest header that may come is read", () => {
  const source = { host: "2001:db8::7", port: 65535 };
  const header = proxyHeader(source, {
    further: new Uint8Array(MAX_PROXY_HEADER_BYTES - 16 - 36),
  });
  assertEquals(header.length, MAX_PROXY_HEADER_BYTES);
  assertEquals(parseProxyHeader(header), { source, length: header.length });
});

Deno.test("the first byte that differs from a header's shows that there is none", () => {
  const refuse = (bytes: Uint8Array) => () => parseProxyHeader(bytes);
  for (const text of ["H", "PING\r\n\r\n", "\n", "\r\n\r\nI", "PROXY\r\n"]) {
    assertThrows(refuse(encode(text)), ProxyHeaderError, "no PROXY header");
  }
});

Deno.test("an IPv4 address that is mapped to IPv6 is read as IPv4", () => {
  const addresses = new Uint8Array(36);
  addresses.set(Uint8Array.fromHex("00000000000000000000ffffc0000207"));
  const header = rawProxyHeader(addresses, { family: 0x21 });
  assertEquals(parseProxyHeader(header)?.source?.host, "192.0.2.7");
});

Deno.test("a header of version 1 is read, as Tor sends one for each circuit", () => {
  for (
    const [line, host, port] of [
      [
        "PROXY TCP6 fc00:dead:beef:4dad::ffff:ffff ::1 65535 42",
        "fc00:dead:beef:4dad::ffff:ffff",
        65535,
      ],
      ["PROXY TCP4 192.0.2.7 198.51.100.1 40000 5555", "192.0.2.7", 40000],
      ["PROXY TCP6 ::FFFF:192.0.2.7 ::1 1 2", "192.0.2.7", 1],
    ] as const
  ) {
    const header = encode(`${line}\r\n`);
    const { length } = header;
    const bytes = encode(`${line}\r\nHELLO\r\n`);
    assertEquals(parseProxyHeader(bytes), { source: { host, port }, length });
    for (let end = 0; end < length; end++) {
      assertEquals(parseProxyHeader(header.subarray(0, end)), undefined);
    }
  }
});

Deno.test("a header of version 1 may name no client", () => {
  for (const line of ["PROXY UNKNOWN", "PROXY UNKNOWN ffff::1 ffff::2 1 2"]) {
    const header = encode(`${line}\r\n`);
    const { length } = header;
    assertEquals(parseProxyHeader(header), { source: undefined, length });
  }
});

Deno.test("a malformed header of version 1 is refused", () => {
  for (
    const line of [
      ...["PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 192.0.2.7 1.2.3.4 1\r\n"],
      ...["PROXY TCP6 192.0.2.7 1.2.3.4 1 2\r\n", "PROXY TCP4 ::1 ::2 1 2\r\n"],
      ...["PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n", "PROXY UDP4 1.2.3.4 1.2.3.4 1 2"],
      ...["PROXY TCP4 1.2.3.4 1.2.3.4 65536 2\r\n", `PROXY ${"x".repeat(101)}`],
      ...["PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n", "PROXY UNKNOWNS\r\n"],
      ...["PROXY TCP6 fe80::1%eth0 ::1 1 2 3\r\n", "PROXY TCP4 a b 1 2\r\n"],
    ]
  ) {
    const header = encode(line.endsWith("\n") ? line : line.padEnd(107));
    assertThrows(() => parseProxyHeader(header), ProxyHeaderError);
  }
});
