import { format, parse } from "./message.ts";
import { BlockingSocket } from "./blocking_socket.ts";

/** Where a registry or a client is. */
export interface Place {
  readonly hostname: string;
  readonly port: number;
}

/** A client as a BRIDGEACK names it. */
export interface BridgedClient extends Place {
  readonly clientID: string;
}

/** Asks a registry as existing clients do: a connection for each request. */
export async function ask(
  { hostname, port }: Place,
  request: string,
): Promise<string> {
  using socket = await BlockingSocket.connect(hostname, port);
  await socket.send(request);
  return await socket.recv();
}

/**
 * Registers a client.
 *
 * @throws {Error} If the registry does not register it.
 */
export async function register(
  registry: Place,
  clientID: string,
  { hostname, port }: Place,
): Promise<void> {
  const reply = await ask(
    registry,
    format(
      "REGISTER",
      `clientID: ${clientID}`,
      `IP: ${hostname}`,
      `Port: ${port}`,
    ),
  );
  if (parse(reply).method !== "REGACK") throw new Error(reply);
}

/**
 * Asks for another client.
 *
 * @throws {Error} If the registry does not answer with BRIDGEACK.
 */
export async function bridge(
  registry: Place,
  clientID: string,
): Promise<BridgedClient> {
  const reply = await ask(
    registry,
    format("BRIDGE", `clientID: ${clientID}`),
  );
  const { method, headers } = parse(reply);
  if (method !== "BRIDGEACK") throw new Error(reply);
  return {
    clientID: headers.get("clientID") ?? "",
    hostname: headers.get("IP") ?? "",
    port: Number(headers.get("Port")),
  };
}
