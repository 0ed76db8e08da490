/** What the arguments may be. */
export interface ParseOptions<
  B extends string,
  S extends string,
  D extends { [name in B]?: boolean } & { [name in S]?: string },
> {
  /** Flags that take no value; false where they are not given. */
  boolean?: readonly B[];
  /**
   * Flags that take a value, empty where it is missing; `_` makes texts of the
   * other arguments, which are numbers else where they look like some.
   */
  string?: readonly S[];
  /** Boolean flags that `--no-NAME` makes false. */
  negatable?: readonly NoInfer<B>[];
  /** The values of flags that are not given. */
  default?: D;
  /**
   * Is called with each argument that is none of these, a flag's name and
   * value beside it; what it answers false to is left out of the result.
   */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The flags by name, and the other arguments under `_`. */
export type Args<B extends string, S extends string, D> =
  & { [name in B]: boolean }
  & { [name in S]: name extends keyof D ? string : string | undefined }
  & { _: (string | number)[] };

/**
 * Sorts a program's arguments into flags and the rest.
 *
 * `--name value` and `--name=value` are the same; behind `--` nothing is a flag.
 */
export function parseArgs<
  B extends string = never,
  S extends string = never,
  // deno-lint-ignore ban-types -- no defaults at all
  D extends { [name in B]?: boolean } & { [name in S]?: string } = {},
>(args: readonly string[], options: ParseOptions<B, S, D> = {}): Args<B, S, D> {
  const rest: (string | number)[] = [];
  const values: Record<string, unknown> = {};
  for (const name of options.boolean ?? []) values[name] = false;
  for (const name of options.string ?? []) values[name] = undefined;
  Object.assign(values, options.default);

  const queue = [...args];
  for (let arg; (arg = queue.shift()) !== undefined;) {
    if (arg === "--") {
      rest.push(...queue);
      break;
    }
    const flag = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(arg);
    if (flag === null || arg === "-" || /^-\d/.test(arg)) {
      if (options.unknown?.(arg) !== false) {
        rest.push(includes(options.string, "_") ? arg : numberOrText(arg));
      }
      continue;
    }
    const [, name = "", given] = flag;
    const positive = name.replace(/^no-/, "");
    if (includes(options.string, name)) {
      values[name] = given ?? takeValue(queue) ?? "";
    } else if (includes(options.boolean, name)) {
      values[name] = given !== "false";
    } else if (name !== positive && includes(options.negatable, positive)) {
      values[positive] = false;
    } else {
      const value = given ?? takeValue(queue) ?? true;
      if (options.unknown?.(arg, name, value) !== false) values[name] = value;
    }
  }
  // The names are known only to the caller: no type of ours can follow them.
  return { ...values, _: rest } as Args<B, S, D>;
}

function includes(names: readonly string[] | undefined, name: string): boolean {
  return names?.includes(name) ?? false;
}

/** The next argument, if it is a value and not a flag. */
function takeValue(queue: string[]): string | undefined {
  return queue[0] === undefined || queue[0].startsWith("-")
    ? undefined
    : queue.shift();
}

function numberOrText(arg: string): string | number {
  return arg.trim() !== "" && Number.isFinite(Number(arg)) ? Number(arg) : arg;
}
