import { assertEquals } from "@std/assert";
import type { Wire } from "../../../lib/net/mod.ts";
import { REGISTRY_TIMINGS } from "../../../lib/registry/mod.ts";
import {
  type PlainService,
  PlainSession,
} from "../../../lib/registry/sessions/plain_session.ts";
import { FIRST_MESSAGE } from "../../support/hello.ts";

const { idleTimeoutS, requestTimeoutS } = REGISTRY_TIMINGS;

/** A wire whose client sends piece by piece, each when the last was read. */
class PiecewiseWire implements Wire {
  readonly remote = { host: "127.0.0.1", port: 1 };
  #asked = Promise.withResolvers<void>();
  #give: ((bytes: Uint8Array | undefined) => void) | undefined;

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
  const wire = new PiecewiseWire();
  const connection = new PlainSession(wire, service);
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
