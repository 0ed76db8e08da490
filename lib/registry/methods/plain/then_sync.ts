import type { Awaitable } from "../../store/mod.ts";
import type { PlainClient, PlainContext } from "./context.ts";

/** A part of a method, which begins with what the part before it gave. */
export type Continuation<Value, Request> = (
  value: Value,
  context: PlainContext,
  client: PlainClient,
  request: Request,
) => Awaitable<string>;

/**
 * Goes on with the next step of a method: at once if the value is there, so
 * that a store which answers at once costs no promise and no closure.
 */
export function thenSync<Value, Request>(
  value: Awaitable<Value>,
  next: Continuation<Value, Request>,
  context: PlainContext,
  client: PlainClient,
  request: Request,
): Awaitable<string> {
  return value instanceof Promise
    ? thenAsync(value, next, context, client, request)
    : next(value, context, client, request);
}

async function thenAsync<Value, Request>(
  value: Promise<Value>,
  next: Continuation<Value, Request>,
  context: PlainContext,
  client: PlainClient,
  request: Request,
): Promise<string> {
  return await next(await value, context, client, request);
}
