import { parseArgs } from "@std/cli";
import project from "./deno.json" with { type: "json" };
import {
  type Address,
  AddressError,
  formatAddress,
  isLoopback,
  ListenError,
  parseAddress,
} from "./lib/net/mod.ts";
import {
  AllowListError,
  connectionsThatFit,
  jsonLine,
  type Log,
  MAX_CONNECTIONS,
  openStateFolder,
  parseAllowList,
  Registry,
  StateError,
  textLine,
} from "./lib/registry/mod.ts";
import { fingerprint, IdentityError } from "./lib/secure/mod.ts";
import { dataFolder, StorageError } from "./lib/storage/mod.ts";
import { runProgram, UsageError } from "./program.ts";

const HELP = `server: the registry of p2pchat, which introduces two peers

usage: server [options]

  --listen HOST:PORT     where to listen (default 127.0.0.1:5555; port 0: a free one)
  --plain, --no-plain    answer the plain protocol, or not; it is not encrypted
                         (default: only where HOST is loopback)
  --state DIR            where its key and the claims on IDs are kept; with
                         :memory: nothing is (default: the platform's folder)
  --allow FILE           let only the keys in FILE register: a fingerprint in a
                         line, as /whoami shows it; read again on SIGHUP
  --max-connections N    connections held at once (default ${MAX_CONNECTIONS})
  --log text|json        how to write what happens, on standard error (default text)
  --version              print the version
  --help                 print this

It prints "listening on HOST:PORT" when it is ready. Ctrl-C ends it.`;

interface Options {
  readonly listen: Address;
  readonly plain: boolean;
  readonly folder: string;
  readonly allow: string | undefined;
  readonly maxConnections: number;
  readonly log: Log;
}

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args);
  if (typeof options === "string") console.log(options);
  else await run(options);
}

/**
 * Parses the arguments.
 *
 * @returns The options, or the text that `--help` or `--version` prints.
 * @throws {UsageError | AddressError} If they are wrong.
 */
function parseOptions(args: string[]): Options | string {
  const flags = parseArgs(args, {
    boolean: ["plain", "version", "help"],
    string: ["listen", "state", "allow", "log", "max-connections"],
    negatable: ["plain"],
    default: {
      listen: "127.0.0.1:5555",
      log: "text",
      "max-connections": String(MAX_CONNECTIONS),
    },
    unknown: (argument, name) => {
      throw new UsageError(
        name === undefined
          ? `unexpected argument "${argument}" (see server --help)`
          : `unknown option ${argument} (see server --help)`,
      );
    },
  });
  if (flags.help) return HELP;
  if (flags.version) return project.version;
  const listen = parseAddress(flags.listen);
  return {
    listen,
    plain: givesPlain(args) ? flags.plain : isLoopback(listen.host),
    folder: flags.state || dataFolder(Deno.env.get, Deno.build.os),
    allow: flags.allow,
    maxConnections: parseCount(flags["max-connections"]),
    log: parseLog(flags.log),
  };
}

/** Whether plain was asked for or against: what is not said is false too. */
function givesPlain(args: string[]): boolean {
  return args.some((argument) => /^--(no-)?plain(=|$)/.test(argument));
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^[0-9]+$/.test(text) && count >= 1 && count <= 1_000_000) return count;
  throw new UsageError(
    `--max-connections takes a number from 1 to 1000000, not "${text}"`,
  );
}

function parseLog(format: string): Log {
  if (format !== "text" && format !== "json") {
    throw new UsageError(`--log takes text or json, not "${format}"`);
  }
  const line = format === "json" ? jsonLine : textLine;
  return (entry) => console.error(line(entry, new Date()));
}

async function run({ log, folder, allow, ...options }: Options) {
  const maxConnections = connectionsThatFit(options.maxConnections);
  const allowed = allow === undefined ? undefined : await readAllowList(allow);
  using state = await openStateFolder(folder);
  await using registry = Registry.listen({
    ...options,
    identity: state.identity,
    store: state.store,
    maxConnections,
    allowed,
    log,
  });
  const stopped = stopSignal();
  if (allow !== undefined) readAgainOnHangup(registry, allow, log);
  console.log(`listening on ${formatAddress(registry.address)}`);
  log({ event: "ready", fingerprint: fingerprint(state.identity.publicKey) });
  if (maxConnections < options.maxConnections) {
    log({
      event: "limited",
      connections: maxConnections,
      reason: "the process's limit of open files allows no more",
    });
  }
  log({ event: "stopping", signal: await stopped });
}

async function readAllowList(path: string): Promise<ReadonlySet<string>> {
  try {
    return parseAllowList(await Deno.readTextFile(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AllowListError(`${path} cannot be used: ${reason}`);
  }
}

/** On SIGHUP takes the list as it is now; a list that is wrong changes nothing. */
function readAgainOnHangup(registry: Registry, path: string, log: Log): void {
  if (Deno.build.os === "windows") return;
  Deno.addSignalListener("SIGHUP", async () => {
    try {
      const allowed = await readAllowList(path);
      await registry.allow(allowed);
      log({ event: "allowed", keys: allowed.size });
    } catch (error) {
      if (!(error instanceof AllowListError)) throw error;
      log({
        event: "failed",
        error: `${error.message}; the list as it was stays in force`,
      });
    }
  });
}

/** Resolves with the name of the first signal that asks the program to end. */
function stopSignal(): Promise<string> {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    for (const signal of signals) {
      Deno.addSignalListener(signal, () => resolve(signal));
    }
  });
}

if (import.meta.main) {
  await runProgram({
    name: "server",
    main,
    userErrors: [
      AddressError,
      AllowListError,
      IdentityError,
      ListenError,
      StateError,
      StorageError,
    ],
  });
}
