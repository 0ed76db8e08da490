import type { Address } from "./address.ts";
import { closeOnAbort } from "./close_on_abort.ts";
import { ProxyHeaderError } from "./errors.ts";
import { parseProxyHeader, type ProxyHeader } from "./proxy_header.ts";
import type { Wire } from "./wire.ts";

/** How a header is waited for. */
export interface ProxyHeaderOptions {
  /** How long the proxy has to send it whole, in ms. */
  readonly timeoutMs: number;
  /** Closes the connection. */
  readonly signal: AbortSignal;
}

/**
 * Reads the header of the PROXY protocol with which a proxy begins a connection.
 *
 * @returns The connection behind it. Its other end is the client that the proxy
 * names, or the proxy itself if it names none. Undefined if the connection ended
 * before its first byte, as one that only checks that the server runs.
 * @throws {ProxyHeaderError} If there is no header in time. The wire is left
 * open, unless it is late.
 * @throws {Error} If the connection broke, or the signal aborted.
 */
export async function acceptProxied(
  wire: Wire,
  { timeoutMs, signal }: ProxyHeaderOptions,
): Promise<Wire | undefined> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    wire.close();
  }, timeoutMs);
  try {
    return await closeOnAbort(signal, wire, () => readHeader(wire));
  } catch (error) {
    if (!isLate) throw error;
    throw new ProxyHeaderError(
      `no whole PROXY header within ${timeoutMs / 1000} s`,
    );
  } finally {
    clearTimeout(timer);
  }
}

async function readHeader(wire: Wire): Promise<Wire | undefined> {
  let first = new Uint8Array();
  let header: ProxyHeader | undefined;
  while (header === undefined) {
    const bytes = await wire.read();
    if (bytes === undefined) {
      if (first.length === 0) return undefined;
      throw new ProxyHeaderError(
        "the connection ended within the PROXY header",
      );
    }
    first = joined(first, bytes);
    header = parseProxyHeader(first);
  }
  const { source = wire.remote, length } = header;
  return new ProxiedWire(wire, source, first.subarray(length));
}

/** The bytes of a header that is not whole are few: they may be copied. */
function joined(
  first: Uint8Array,
  second: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** A connection that a proxy passes on, behind its header. */
class ProxiedWire implements Wire {
  readonly remote: Address;
  readonly #wire: Wire;
  /** What has been read behind the header. */
  #first: Uint8Array | undefined;

  constructor(wire: Wire, remote: Address, first: Uint8Array) {
    this.#wire = wire;
    this.remote = remote;
    this.#first = first.length > 0 ? first : undefined;
  }

  async read(): Promise<Uint8Array | undefined> {
    const first = this.#first;
    this.#first = undefined;
    return first ?? await this.#wire.read();
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.#wire.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#wire.closeWrite();
  }

  close(): void {
    this.#wire.close();
  }
}
