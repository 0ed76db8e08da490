import type { Awaitable } from "../../store/mod.ts";
import type { PlainContext } from "./context.ts";

/** A part of a method, which begins with what the part before it gave. */
export type Step<Value, Request> = (
  value: Value,
  context: PlainContext,
  host: string,
  request: Request,
) => Awaitable<string>;

/**
 * Goes on with the next step of a method: at once if the value is there, so
 * that a store which answers at once costs no promise and no closure.
 */
export function proceed<Value, Request>(
  value: Awaitable<Value>,
  step: Step<Value, Request>,
  context: PlainContext,
  host: string,
  request: Request,
): Awaitable<string> {
  return value instanceof Promise
    ? proceedLater(value, step, context, host, request)
    : step(value, context, host, request);
}

async function proceedLater<Value, Request>(
  value: Promise<Value>,
  step: Step<Value, Request>,
  context: PlainContext,
  host: string,
  request: Request,
): Promise<string> {
  return await step(await value, context, host, request);
}
