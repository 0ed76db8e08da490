import {
  type Address,
  formatAddress,
  TcpWire,
  type Wire,
} from "../framing/mod.ts";
import { Connection, type Host } from "./connection.ts";
import { Directory } from "./directory.ts";
import { ListenError, RegistryError } from "./errors.ts";
import { ConnectionCount, MAX_CONNECTIONS } from "./limits.ts";
import { limitRate, type Log } from "./log.ts";
import { answerPlain } from "./plain.ts";

/** How often deadlines and leases are looked at, in ms: the clock's tick. */
const TICK = 1000;

/** How long replies under way may take when the registry closes, in ms. */
const CLOSING = 1500;

/** How many clients that found the registry full are told so at a time. */
const REFUSALS = 32;

/** How a {@linkcode Registry} runs. */
export interface RegistryOptions {
  /** Where to listen; port 0 takes a free one. */
  readonly listen: Address;
  /** Whether requests of the plain protocol are answered. */
  readonly plain: boolean;
  /** Most connections at once. Default: `MAX_CONNECTIONS`. */
  readonly maxConnections?: number;
  /** Receives what happens. Default: nobody. */
  readonly log?: Log;
}

/** The registry: knows who is online and where, and bridges two of them. */
export class Registry implements AsyncDisposable {
  /** Where it listens. */
  readonly address: Address;
  readonly #listener: Deno.TcpListener;
  readonly #plain: boolean;
  readonly #log: Log;
  readonly #directory = new Directory();
  readonly #count: ConnectionCount;
  readonly #connections = new Set<Connection>();
  readonly #ticking: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  readonly #host: Host;
  /** Whole seconds since the start. */
  #now = 0;
  #refusals = 0;
  #drained: (() => void) | undefined;

  private constructor(listener: Deno.TcpListener, options: RegistryOptions) {
    this.#listener = listener;
    const { hostname: host, port } = listener.addr;
    this.address = { host, port };
    this.#plain = options.plain;
    this.#log = limitRate(options.log ?? (() => {}), 20);
    this.#count = new ConnectionCount(
      options.maxConnections ?? MAX_CONNECTIONS,
    );
    const started = performance.now();
    this.#ticking = setInterval(() => {
      this.#now = Math.floor((performance.now() - started) / 1000);
      this.#tick();
    }, TICK);
    this.#host = this.#asHost();
    this.#accepting = this.#accept();
  }

  /**
   * Starts a registry.
   *
   * @throws {ListenError} If it cannot listen there, with a sentence that says
   * why.
   */
  static listen(options: RegistryOptions): Registry {
    const { host, port } = options.listen;
    let listener: Deno.TcpListener;
    try {
      listener = Deno.listen({ hostname: host, port });
    } catch (error) {
      throw new ListenError(whyNot(error, options.listen));
    }
    return new Registry(listener, options);
  }

  /** Stops accepting, lets replies under way finish, and closes. Takes < 2 s. */
  async close(): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    for (const connection of this.#connections) connection.end();
    if (this.#connections.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#drained = resolve;
      const timer = setTimeout(resolve, CLOSING);
      await promise;
      clearTimeout(timer);
      for (const connection of this.#connections) connection.abort();
    }
    clearInterval(this.#ticking);
  }

  /** The same as {@linkcode close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What connections see of the registry. */
  #asHost(): Host {
    const now = () => this.#now;
    return {
      get now() {
        return now();
      },
      answer: (request, host) => {
        if (this.#plain) {
          return answerPlain(request, host, this.#directory, this.#now);
        }
        throw new RegistryError(
          403,
          "this registry does not speak the plain protocol",
        );
      },
      refused: (client, { code, message }) =>
        this.#log({
          event: "refused",
          client: formatAddress(client),
          code,
          reason: message,
        }),
      broke: (client, error) => {
        if (isDisconnect(error)) return;
        this.#log({
          event: "failed",
          client: formatAddress(client),
          error: String(error),
        });
      },
    };
  }

  async #accept(): Promise<void> {
    for (;;) {
      let conn: Deno.TcpConn;
      try {
        conn = await this.#listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        // The client was gone before it was accepted: the next one is not.
        continue;
      }
      this.#admit(new TcpWire(conn));
    }
  }

  #admit(wire: Wire): void {
    const { host } = wire.remote;
    const full = this.#count.enter(host);
    if (full !== undefined) return this.#turnAway(wire, full);
    this.#serve(
      new Connection(wire, this.#host),
      () => this.#count.leave(host),
    );
  }

  #turnAway(wire: Wire, reason: string): void {
    // A refusal holds a file for as long as it is being read.
    if (this.#refusals >= REFUSALS) return wire.close();
    this.#refusals++;
    const connection = new Connection(wire, this.#host);
    connection.refuse(new RegistryError(503, reason));
    this.#serve(connection, () => this.#refusals--);
  }

  #serve(connection: Connection, left: () => void): void {
    this.#connections.add(connection);
    connection.serve().finally(() => {
      this.#connections.delete(connection);
      left();
      if (this.#connections.size === 0) this.#drained?.();
    });
  }

  #tick(): void {
    for (const connection of this.#connections) {
      if (connection.deadline < this.#now) connection.expire();
    }
    this.#directory.sweep(this.#now);
  }
}

/** Whether an error only says that a client has gone, or that we closed. */
function isDisconnect(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.TimedOut;
}

function whyNot(error: unknown, address: Address): string {
  const where = formatAddress(address);
  if (error instanceof Deno.errors.AddrInUse) {
    return `${where} is in use: another registry may be running; choose ` +
      "another port with --listen, or port 0 for a free one";
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return `${where} is not an address of this machine`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `this user may not listen on ${where}: ports below 1024 need a ` +
      "privilege; choose a higher one";
  }
  return `cannot listen on ${where}: ${String(error)}`;
}
