import { assertEquals } from "@std/assert";
import { originOf, type Wire } from "../../../lib/net/mod.ts";
import { REGISTRY_TIMINGS } from "../../../lib/registry/mod.ts";
import {
  type PlainService,
  PlainSession,
} from "../../../lib/registry/sessions/plain_session.ts";
import { FIRST_MESSAGE } from "../../support/hello.ts";

const { idleTimeoutS, loopbackIdleTimeoutS, requestTimeoutS, giveWayAfterS } =
  REGISTRY_TIMINGS;

/** A wire whose client sends piece by piece, each when the last was read. */
class PiecewiseWire implements Wire {
  readonly remote;
  #asked = Promise.withResolvers<void>();
  #give: ((bytes: Uint8Array | undefined) => void) | undefined;

  constructor(host: string) {
    this.remote = { host, port: 1 };
  }

  read(): Promise<Uint8Array | undefined> {
    this.#asked.resolve();
    return new Promise((resolve) => this.#give = resolve);
  }

  /** Sends a piece; resolves when it has been read and more is asked for. */
  async send(text: string): Promise<void> {
    await this.#asked.promise;
    this.#asked = Promise.withResolvers();
    this.#give?.(new TextEncoder().encode(text));
    await this.#asked.promise;
  }

  write(): Promise<void> {
    return Promise.resolve();
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.#give?.(undefined);
  }
}

/** Runs a connection on a clock that the test moves. */
async function onClock(
  test: (
    clock: { nowS: number },
    connection: PlainSession,
    wire: PiecewiseWire,
  ) => Promise<void>,
  host = "192.0.2.1",
): Promise<void> {
  const service: PlainService & { nowS: number } = {
    timings: REGISTRY_TIMINGS,
    nowS: 0,
    answer: () => "OK",
    errorForClient: () => undefined,
    readHello: () => FIRST_MESSAGE,
    logRefusal: () => {},
    logFailure: (_, error) => {
      throw error;
    },
  };
  const wire = new PiecewiseWire(host);
  const connection = new PlainSession(wire, originOf(host), service);
  const served = connection.serve();
  await test(service, connection, wire);
  wire.close();
  await served;
}

Deno.test("an idle connection expires after a minute, counted anew after each request", () =>
  onClock(async (clock, connection, wire) => {
    assertEquals(connection.deadlineS, idleTimeoutS);
    clock.nowS = 50;
    await wire.send("INFO\r\n\r\n");
    assertEquals(connection.deadlineS, 50 + idleTimeoutS);
  }));

Deno.test("an idle connection on loopback expires after ten minutes, before its first request too", () =>
  onClock(async (clock, connection, wire) => {
    assertEquals(connection.deadlineS, loopbackIdleTimeoutS);
    assertEquals(loopbackIdleTimeoutS, 600);
    clock.nowS = 300;
    await wire.send("INFO\r\n\r\n");
    assertEquals(connection.deadlineS, 300 + loopbackIdleTimeoutS);
  }, "127.0.0.1"));

Deno.test("a connection may give way before its first request, and again a while after one, never within one", () =>
  onClock(async (clock, connection, wire) => {
    const mayGiveWay = () => connection.silentSinceMs !== undefined;
    clock.nowS = 5;
    assertEquals([mayGiveWay(), connection.isLongSilent], [true, false]);
    clock.nowS = giveWayAfterS;
    assertEquals([mayGiveWay(), connection.isLongSilent], [true, true]);
    await wire.send("INFO");
    assertEquals([mayGiveWay(), connection.isLongSilent], [false, false]);
    await wire.send("\r\n\r\n");
    assertEquals([mayGiveWay(), connection.isLongSilent], [false, false]);
    clock.nowS = 2 * giveWayAfterS - 1;
    assertEquals([mayGiveWay(), connection.isLongSilent], [false, false]);
    clock.nowS++;
    assertEquals([mayGiveWay(), connection.isLongSilent], [true, true]);
    await wire.send("I");
    assertEquals([mayGiveWay(), connection.isLongSilent], [false, false]);
  }));

Deno.test("a request expires ten seconds after its first byte, even if more bytes arrive", () =>
  onClock(async (clock, connection, wire) => {
    clock.nowS = 5;
    for (const byte of "INFO\r\n") {
      await wire.send(byte);
      clock.nowS++;
      assertEquals(connection.deadlineS, 5 + requestTimeoutS);
    }
  }));

Deno.test("the beginning of a pipelined request has ten seconds of its own", () =>
  onClock(async (clock, connection, wire) => {
    await wire.send("INFO\r");
    clock.nowS = 8;
    await wire.send("\n\r\nIN");
    assertEquals(connection.deadlineS, 8 + requestTimeoutS);
  }));

Deno.test("empty lines are no request and extend no deadline", () =>
  onClock(async (clock, connection, wire) => {
    clock.nowS = 50;
    await wire.send("\n\r\n");
    assertEquals(connection.deadlineS, idleTimeoutS);
    await wire.send("\r");
    await wire.send("\n");
    assertEquals(connection.deadlineS, 50 + requestTimeoutS);
  }));
