import { parseArgs } from "@std/cli";
import project from "./deno.json" with { type: "json" };
import {
  type Address,
  AddressBlock,
  AddressError,
  formatAddress,
  isLoopback,
  ListenError,
  parseAddress,
} from "./lib/net/mod.ts";
import {
  AllowListError,
  DEFAULT_MAX_MAIL_BYTES,
  fitToFileLimit,
  formatSize,
  jsonLine,
  type Log,
  MAX_CONNECTIONS,
  openStateFolder,
  parseAllowList,
  parseSize,
  Registry,
  StateError,
  textLine,
} from "./lib/registry/mod.ts";
import { fingerprint, IdentityError } from "./lib/secure/mod.ts";
import { registryFolder, StorageError } from "./lib/storage/mod.ts";
import {
  type ClaimsRequest,
  manageClaims,
  parseClaims,
} from "./server_claims.ts";
import {
  checkSwitches,
  requireValues,
  runProgram,
  stopSignal,
  UsageError,
} from "./program.ts";

const HELP = `server: the registry of p2pchat

usage: server [options]

  --listen HOST:PORT     address to listen on (default: 127.0.0.1:5555);
                         port 0 is any free port
  --plain, --no-plain    accept the plain protocol, which is not encrypted, or
                         not (default: only if HOST is loopback, and there is
                         no --trusted-proxy)
  --state DIR            folder for the registry's key, claims and letters, or
                         :memory: to keep nothing (default: the platform's
                         folder for data)
  --allow FILE           allow list: only these keys may register, one
                         fingerprint per line, as /whoami prints it; SIGHUP
                         reloads the file
  --trusted-proxy LIST   IP addresses and blocks of them (10.0.0.0/8) of the
                         proxies in front of this registry, separated by
                         commas: each connection from there has to begin with a
                         PROXY header, which names the client
  --max-connections N    most connections at once (default: ${MAX_CONNECTIONS})
  --mail-max SIZE        most bytes of letters that wait, such as 512M or 2G
                         (default: ${formatSize(DEFAULT_MAX_MAIL_BYTES)})
  --claims               list the client IDs that keys have claimed, each with
                         the fingerprint of the key and the days that the
                         registry has run without its use; with --json as JSON
  --release ID           give up the claim on a client ID: it belongs to the next
                         key that registers it
  --log text|json        format of the log, on standard error (default: text)
  --version              print the version
  --help                 print this help

--claims and --release work on the folder of a registry that is not running.
It prints "listening on HOST:PORT" when it is ready. Ctrl-C stops it.`;

/** The smallest `--mail-max`: one full mailbox, in bytes. */
const MIN_MAIL_MAX_BYTES = 1024 * 1024;

interface Options {
  readonly listen: Address;
  readonly plain: boolean;
  readonly folder: string;
  readonly allow: string | undefined;
  readonly trustedProxies: readonly AddressBlock[];
  readonly maxConnections: number;
  readonly maxMailBytes: number;
  readonly log: Log;
  /** What to do with the claims, instead of running. */
  readonly claims: ClaimsRequest | undefined;
}

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args);
  if (typeof options === "string") console.log(options);
  else if (options.claims !== undefined) await manageClaims(options.claims);
  else await run(options);
}

/** The options without a value. */
const SWITCHES = ["plain", "version", "help", "claims", "json"] as const;

/**
 * Parses the arguments.
 *
 * @returns The options, or the text that `--help` or `--version` prints.
 * @throws {UsageError | AddressError} If they are wrong.
 */
function parseOptions(args: string[]): Options | string {
  checkSwitches(args, SWITCHES, ["release"]);
  const flags = parseArgs(args, {
    boolean: SWITCHES,
    string: [
      "listen",
      "state",
      "allow",
      "trusted-proxy",
      "log",
      "max-connections",
      "mail-max",
      "release",
    ],
    negatable: ["plain"],
    default: {
      listen: "127.0.0.1:5555",
      log: "text",
      "max-connections": String(MAX_CONNECTIONS),
      "mail-max": formatSize(DEFAULT_MAX_MAIL_BYTES),
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
  requireValues(flags, [
    "listen",
    "state",
    "allow",
    "trusted-proxy",
    "log",
    "max-connections",
    "mail-max",
    "release",
  ]);
  const listen = parseAddress(flags.listen);
  const trustedProxies = parseProxies(flags["trusted-proxy"]);
  const isPrivate = isLoopback(listen.host) && trustedProxies.length === 0;
  const folder = flags.state || registryFolder(Deno.env.get, Deno.build.os);
  return {
    listen,
    plain: hasPlainFlag(args) ? flags.plain : isPrivate,
    folder,
    allow: flags.allow,
    trustedProxies,
    maxConnections: parseCount(flags["max-connections"]),
    maxMailBytes: parseMailMax(flags["mail-max"]),
    log: parseLog(flags.log),
    claims: parseClaims(flags, folder),
  };
}

/** Whether --plain or --no-plain is given; the parser says false for neither. */
function hasPlainFlag(args: string[]): boolean {
  return args.some((argument) => /^--(no-)?plain(=|$)/.test(argument));
}

function parseProxies(list: string | undefined): AddressBlock[] {
  if (list === undefined) return [];
  try {
    return list.split(",").map((block) => AddressBlock.parse(block.trim()));
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    throw new UsageError(`--trusted-proxy: ${error.message}`);
  }
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^[0-9]+$/.test(text) && count >= 1 && count <= 1_000_000) return count;
  throw new UsageError(
    `--max-connections takes a number from 1 to 1000000, not "${text}"`,
  );
}

function parseMailMax(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined && bytes >= MIN_MAIL_MAX_BYTES) return bytes;
  throw new UsageError(
    `--mail-max takes a size of at least ${formatSize(MIN_MAIL_MAX_BYTES)}, ` +
      `such as 512M or 2G, not "${text}"`,
  );
}

function parseLog(format: string): Log {
  if (format !== "text" && format !== "json") {
    throw new UsageError(`--log takes text or json, not "${format}"`);
  }
  const line = format === "json" ? jsonLine : textLine;
  return (entry) => console.error(line(entry, new Date()));
}

async function run(
  { log, folder, allow, maxMailBytes, claims: _, ...options }: Options,
) {
  const maxConnections = fitToFileLimit(options.maxConnections);
  const allowed = allow === undefined ? undefined : await readAllowList(allow);
  using state = await openStateFolder(folder, { maxMailBytes });
  await using registry = Registry.listen({
    ...options,
    identity: state.identity,
    store: state.store,
    maxConnections,
    allowed,
    log,
  });
  const stopped = stopSignal();
  if (allow !== undefined) reloadOnHangup(registry, allow, log);
  console.log(`listening on ${formatAddress(registry.address)}`);
  log({ event: "ready", fingerprint: fingerprint(state.identity.publicKey) });
  if (maxConnections < options.maxConnections) {
    log({
      event: "limited",
      connections: maxConnections,
      reason: "limited by the number of open files that the process may have",
    });
  }
  log({ event: "stopping", signal: await stopped });
}

async function readAllowList(path: string): Promise<ReadonlySet<string>> {
  try {
    return parseAllowList(await Deno.readTextFile(path));
  } catch (error) {
    throw new AllowListError(
      `the allow list ${path} cannot be used: ${readFailure(error)}`,
    );
  }
}

/** Why a file cannot be read or is malformed, as a phrase. */
function readFailure(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotCapable
  ) return "permission denied";
  return error instanceof Error ? error.message : String(error);
}

/** On SIGHUP reloads the list; an invalid list changes nothing. */
function reloadOnHangup(registry: Registry, path: string, log: Log): void {
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
        error: `${error.message}; the previous list stays in force`,
      });
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
