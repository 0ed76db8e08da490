import { format, parse } from "./message.ts";
import { SequentialProgram } from "./sequential_program.ts";
import type { BlockingSocket } from "./blocking_socket.ts";

/** In what the existing registries differ. */
export interface RegistryHabits {
  /** What a request does that it does not know. */
  readonly unknown: "close" | "error" | "silence" | "exit";
  /** Whether REGACK has `Status: registered`. Default: false. */
  readonly status?: boolean;
  /** Whether it knows INFO. Default: true. */
  readonly info?: boolean;
  /** What it does with bytes that are not UTF-8. Default: it dies of them. */
  readonly decoding?: "strict" | "lenient";
}

/**
 * A stand-in for the existing registries: it reads once, answers, and closes.
 * It ignores `target`: BRIDGE gives the first other client.
 */
export class OriginalRegistry extends SequentialProgram {
  /** The address that each client gave, by client ID. */
  readonly clients = new Map<string, { IP: string; Port: string }>();
  readonly #habits: RegistryHabits;

  constructor(habits: RegistryHabits) {
    super((socket) => this.#serve(socket), {
      decoding: habits.decoding ?? "strict",
    });
    this.#habits = habits;
  }

  /** All that it has received. */
  get received(): string {
    return this.connections.flatMap(({ texts }) => texts).join("");
  }

  async #serve(socket: BlockingSocket): Promise<void> {
    const request = await socket.recv();
    if (request === "") return;
    const { method, headers } = parse(request);
    const clientID = headers.get("clientID") ?? "";
    if (method === "REGISTER") {
      const IP = headers.get("IP") ?? "";
      const Port = headers.get("Port") ?? "";
      this.clients.set(clientID, { IP, Port });
      const status = this.#habits.status ? ["Status: registered"] : [];
      await socket.send(
        format("REGACK", ...lines(clientID, IP, Port), ...status),
      );
    } else if (method === "BRIDGE") {
      const other = this.#otherThan(clientID);
      await socket.send(format("BRIDGEACK", ...other));
    } else if (method === "INFO" && this.#habits.info !== false) {
      await socket.send(format("INFOACK", ...this.#list()));
    } else await this.#unknown(socket, method);
  }

  #otherThan(clientID: string): string[] {
    for (const [other, { IP, Port }] of this.clients) {
      if (other !== clientID) return lines(other, IP, Port);
    }
    return lines("", "", "");
  }

  #list(): string[] {
    return Array.from(
      this.clients,
      ([clientID, { IP, Port }]) => `${clientID} ${IP}:${Port}`,
    );
  }

  async #unknown(socket: BlockingSocket, method: string): Promise<void> {
    switch (this.#habits.unknown) {
      case "close":
        return;
      case "error":
        return await socket.send(format("ERROR", "Unknown request"));
      case "silence":
        while (await socket.recv() !== "");
        return;
      case "exit":
        throw new Error(`unknown request ${method}`);
    }
  }
}

function lines(clientID: string, IP: string, Port: string): string[] {
  return [`clientID: ${clientID}`, `IP: ${IP}`, `Port: ${Port}`];
}
