import type { Message } from "../../../framing/mod.ts";
import { CODE, METHOD } from "../../../protocol/mod.ts";
import { RegistryError } from "../../errors.ts";
import type { Awaitable } from "../../store/mod.ts";
import { bridge } from "./bridge.ts";
import type { PlainClient, PlainContext } from "./context.ts";
import { info } from "./info.ts";
import { register } from "./register.ts";

/**
 * The text of the reply to a request of the plain protocol.
 *
 * @param client The client that has sent the request.
 * @throws {ProtocolError} If the request is malformed.
 * @throws {RegistryError} If it is refused.
 */
export function answerPlain(
  context: PlainContext,
  client: PlainClient,
  request: Message,
): Awaitable<string> {
  switch (request.method) {
    case METHOD.register:
      return register(context, client, request);
    case METHOD.bridge:
      return bridge(context, client, request);
    case METHOD.info:
      return info(context, client);
    default:
      throw new RegistryError(
        CODE.badRequest,
        "unknown method: the methods are REGISTER, BRIDGE and INFO",
      );
  }
}
