import type { RequestHandler } from "./fake_registry.ts";
import type { SecureSocket } from "./secure_socket.ts";

/** Answers of a registry that lies, for the handlers of a `FakeRegistry`. */

/** How an endless listing goes on. */
export interface EndlessClients {
  /** Clients in each page. */
  readonly clients: number;
  /** Where each page says that it ends. Default: ever elsewhere. */
  readonly after?: string;
}

/** Answers INFO with pages of clients without end. */
export function endlessClients(
  { clients, after }: EndlessClients,
): RequestHandler {
  let page = 0;
  const key = "A".repeat(43) + "=";
  return (request, socket) => {
    page++;
    const lines = Array.from(
      { length: clients },
      (_, n) => `client-${page}-${n} 192.0.2.7:40000 ${key}\r\n`,
    );
    const headers = [["After", after ?? `client-${page}`]] as const;
    return socket.reply(request, "INFOACK", headers, lines.join(""));
  };
}

/** How endless letters come. */
export interface EndlessLetters {
  /** Letters in each reply. */
  readonly letters: number;
  /** The length of each, in bytes. */
  readonly length: number;
  /** The number of the first one in each reply. Default: it grows. */
  readonly first?: number;
}

/** Answers COLLECT with letters without end, which nobody can open. */
export function endlessLetters(
  { letters, length, first }: EndlessLetters,
): RequestHandler {
  let next = 1;
  return (request, socket) => {
    const from = first ?? next;
    next += letters;
    const each = Array.from({ length: letters }, (_, n) => from + n);
    return socket.reply(request, "COLLECTACK", [
      ["Letters", each.map(() => length).join(",")],
      ["Numbers", each.join(",")],
    ], new Uint8Array(letters * length));
  };
}

/** Pushes MAIL again and again. */
export async function pushMail(
  socket: SecureSocket,
  times: number,
): Promise<void> {
  for (let n = 0; n < times; n++) await socket.send("MAIL");
}
