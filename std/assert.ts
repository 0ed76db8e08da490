import { isDeepStrictEqual } from "node:util";

/** An assertion that did not hold. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** A class of errors, or of anything. */
// deno-lint-ignore no-explicit-any -- a constructor takes whatever it takes
type Constructor<T> = abstract new (...args: any[]) => T;

/** Fails. */
export function fail(msg = "failed"): never {
  throw new AssertionError(msg);
}

/** Holds if the expression is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) fail(msg === "" ? "assertion failed" : msg);
}

/** Holds if the expression is falsy. */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) fail(msg === "" ? "expected a falsy value" : msg);
}

type Falsy = false | 0 | 0n | "" | null | undefined;

/** Holds if both are structurally equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (isDeepStrictEqual(actual, expected)) return;
  fail(said(msg, `${show(actual)}\n  is not equal to\n${show(expected)}`));
}

/** Holds unless both are structurally equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!isDeepStrictEqual(actual, expected)) return;
  fail(said(msg, `${show(actual)}\n  is equal to the other`));
}

/** Holds if both are the same value or object. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  fail(said(msg, `${show(actual)}\n  is not\n${show(expected)}`));
}

/** Holds if the value is neither null nor undefined. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    fail(said(msg, `expected a value, not ${actual}`));
  }
}

/** Holds if the value is an instance of the class. */
export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: Constructor<T>,
  msg?: string,
): asserts actual is T {
  if (actual instanceof expectedType) return;
  fail(said(msg, `${show(actual)} is no ${expectedType.name}`));
}

/** Holds if the text matches the expression. */
export function assertMatch(actual: string, expected: RegExp, msg?: string) {
  if (expected.test(actual)) return;
  fail(said(msg, `${show(actual)} does not match ${expected}`));
}

/** Holds unless the text matches the expression. */
export function assertNotMatch(actual: string, expected: RegExp, msg?: string) {
  if (expected.test(actual)) fail(said(msg, `${show(actual)} matches`));
}

/** Holds if the text contains the other. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  fail(said(msg, `${show(actual)} does not contain ${show(expected)}`));
}

/** Holds if the first is greater than the second. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) fail(said(msg, `${actual} is not > ${expected}`));
}

/** Holds if the first is at least the second. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string) {
  if (!(actual >= expected)) fail(said(msg, `${actual} is not >= ${expected}`));
}

/** Holds if the first is less than the second. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) fail(said(msg, `${actual} is not < ${expected}`));
}

/** Holds if the first is at most the second. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string) {
  if (!(actual <= expected)) fail(said(msg, `${actual} is not <= ${expected}`));
}

/** Holds if the function throws, an error of the class that says the text. */
export function assertThrows(fn: () => unknown): unknown;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  ErrorClass: Constructor<E>,
  msgIncludes?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  ErrorClass?: Constructor<E>,
  msgIncludes = "",
): unknown {
  let result: unknown;
  try {
    result = fn();
  } catch (error) {
    return checkThrown(error, ErrorClass, msgIncludes);
  }
  fail(`expected an error, not ${show(result)}`);
}

/** Holds if the promise rejects, with an error of the class that says the text. */
export function assertRejects(fn: () => PromiseLike<unknown>): Promise<unknown>;
export function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: Constructor<E>,
  msgIncludes?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass?: Constructor<E>,
  msgIncludes = "",
): Promise<unknown> {
  let result: unknown;
  try {
    result = await fn();
  } catch (error) {
    return checkThrown(error, ErrorClass, msgIncludes);
  }
  fail(`expected a rejection, not ${show(result)}`);
}

function checkThrown<E extends Error>(
  error: unknown,
  ErrorClass: Constructor<E> | undefined,
  msgIncludes: string,
): unknown {
  if (ErrorClass === undefined) return error;
  if (!(error instanceof ErrorClass)) {
    fail(`expected ${ErrorClass.name}, not ${show(error)}`);
  }
  assertStringIncludes(error.message, msgIncludes);
  return error;
}

function show(value: unknown): string {
  return Deno.inspect(value, { depth: 10, iterableLimit: 50, sorted: true });
}

function said(msg: string | undefined, what: string): string {
  return msg === undefined ? what : `${what}: ${msg}`;
}
