import {
  BRIDGE,
  CODE,
  COLLECT,
  DEPOSIT,
  type Exchange,
  INFO,
  LOOKUP,
  PING,
  REGISTER,
  UNREGISTER,
} from "../../protocol/mod.ts";
import type { Message } from "../../framing/mod.ts";
import { RegistryError } from "../errors.ts";
import type { Awaitable } from "../store/mod.ts";
import { bridge, countBridge } from "./bridge.ts";
import { collect } from "./collect.ts";
import type { MethodContext, SessionState } from "./context.ts";
import { deposit } from "./deposit.ts";
import { info } from "./info.ts";
import { lookUp } from "./lookup.ts";
import { ping } from "./ping.ts";
import { register } from "./register.ts";
import { unregister } from "./unregister.ts";

/** What a method does. */
type Handler<Request, Reply> = (
  context: MethodContext,
  session: SessionState,
  request: Request,
) => Awaitable<Reply>;

/** What is checked before a request is decoded. */
interface MethodRules {
  /** Whether only a client that has registered may ask. */
  readonly registered?: boolean;
  /**
   * Counts the request, malformed or not.
   *
   * @throws {RateLimitError} If that exceeds the rate.
   */
  readonly count?: (context: MethodContext, session: SessionState) => void;
}

/** The methods of the secure mode (PROTOCOL.md, "Methods"). */
const METHODS: ReadonlyMap<string, Handler<Message, Message>> = new Map([
  method(REGISTER, register),
  method(UNREGISTER, unregister),
  method(PING, ping),
  method(INFO, info, { registered: true }),
  method(BRIDGE, bridge, { registered: true, count: countBridge }),
  method(LOOKUP, lookUp, { registered: true }),
  method(DEPOSIT, deposit, { registered: true }),
  method(COLLECT, collect),
]);

/**
 * The reply to a request of the secure mode, without its `Seq`.
 *
 * @throws {ProtocolError} If the request is malformed.
 * @throws {RegistryError} If it is refused.
 */
export async function answerSecure(
  context: MethodContext,
  session: SessionState,
  request: Message,
): Promise<Message> {
  const handle = METHODS.get(request.method);
  if (handle !== undefined) return await handle(context, session, request);
  const known = Array.from(METHODS.keys()).join(", ");
  throw new RegistryError(
    CODE.badRequest,
    `unknown method: the methods are ${known}`,
  );
}

/**
 * A row of the table: the messages of an exchange, and what is done between
 * them.
 */
function method<Request, Reply>(
  exchange: Exchange<Request, Reply>,
  handle: Handler<Request, Reply>,
  rules: MethodRules = {},
): [string, Handler<Message, Message>] {
  return [exchange.method, async (context, session, message) => {
    if (rules.registered && session.clientID === undefined) {
      throw new RegistryError(
        CODE.forbidden,
        "only registered clients may send this request",
      );
    }
    rules.count?.(context, session);
    const request = exchange.decodeRequest(message);
    return exchange.encodeReply(await handle(context, session, request));
  }];
}
