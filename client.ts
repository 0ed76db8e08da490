import { parseArgs } from "@std/cli";
import project from "./deno.json" with { type: "json" };
import { type ConsoleOptions, runConsole } from "./lib/console/mod.ts";
import {
  AddressError,
  isLoopback,
  ListenError,
  parseAddress,
  parsePort,
} from "./lib/net/mod.ts";
import { CLIENT_ID_RULE, isClientID } from "./lib/protocol/mod.ts";
import {
  ACCEPT_POLICIES,
  type AcceptPolicy,
  DAILY_QUOTAS,
  type Home,
  NO_QUOTAS,
  openHome,
  PeerError,
} from "./lib/peer/mod.ts";
import { IdentityError, IdentityInUseError } from "./lib/secure/mod.ts";
import { clientsFolder, StorageError } from "./lib/storage/mod.ts";
import {
  checkSwitches,
  requireValues,
  runProgram,
  stopSignal,
  UsageError,
} from "./program.ts";

const USAGE = "client <clientID> [listenPort] [registry] [options]";

const HELP = `client: peer-to-peer chat in the terminal, end-to-end encrypted

usage: ${USAGE}

  <clientID>          your client ID: 1 to 64 letters, digits, dots, _ and -
  [listenPort]        the port to listen on (default: 0, any free port)
  [registry]          the registry, HOST:PORT (default: 127.0.0.1:5555), or
                      plain://HOST:PORT, which implies --registry-plain
  --listen-host HOST  the address to listen on (default: 127.0.0.1 or ::1 if
                      the registry is on loopback, else all addresses)
  --advertise PORT    the port that other clients connect to, if a router
                      forwards it (default: the port that it listens on)
  --accept WHO        whose calls and letters to take: all, which is for bots;
                      known: of clients that you have called or written to; ask:
                      of others too, once you have accepted them (default: ask)
  --no-quota          store any number of messages a day (default: 20,000 and
                      256 MiB from a client, and 500 and 4 MiB from one that
                      only --accept all takes)
  --plain             also talk to programs that only speak the plain protocol,
                      which is not encrypted
  --registry-plain    the registry only speaks the plain protocol: never ask it
                      for the secure mode, at which some end; implies --plain
  --no-history        delete each message once it is delivered
  --no-register       do not register at the start
  --json              write events as JSON, one object a line, for scripts
  --version           print the version
  --help              print this help

At its prompt, /help lists the commands.`;

/** Before the address of a registry that speaks only the plain protocol. */
const PLAIN_SCHEME = "plain://";

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args);
  if (typeof options === "string") console.log(options);
  else await run(options);
}

/** The options of the console, and of the store. */
interface Options extends ConsoleOptions {
  readonly keepHistory: boolean;
}

async function run({ keepHistory, ...options }: Options): Promise<void> {
  const folder = clientsFolder(Deno.env.get, Deno.build.os);
  using home = await openOwnHome(folder, options.clientID, keepHistory);
  const { identity, store, saveIdentity } = home;
  for (const notice of [store.notice, home.notice]) {
    if (notice !== undefined) console.error(`client: ${notice}`);
  }
  const stopped = stopSignal({ hangup: true });
  await runConsole({ ...options, identity, saveIdentity, store, stopped });
}

/** Opens what the client keeps, unless the client is running already. */
async function openOwnHome(
  folder: string,
  clientID: string,
  keepHistory: boolean,
): Promise<Home> {
  try {
    return await openHome(folder, clientID, { keepHistory });
  } catch (error) {
    if (!(error instanceof IdentityInUseError)) throw error;
    throw new UsageError(
      `client ${clientID} is already running (${error.message}): stop it, or ` +
        "use another client ID, or another folder with P2PCHAT_HOME",
    );
  }
}

/** The options without a value. */
const SWITCHES = [
  "register",
  "history",
  "quota",
  "plain",
  "registry-plain",
  "json",
  "version",
  "help",
] as const;

/**
 * Parses the arguments.
 *
 * @returns The options, or the text that `--help` or `--version` prints.
 * @throws {UsageError | AddressError} If they are wrong.
 */
function parseOptions(args: string[]): Options | string {
  checkSwitches(args, SWITCHES);
  const flags = parseArgs(args, {
    boolean: SWITCHES,
    string: ["listen-host", "advertise", "accept", "_"],
    negatable: ["register", "history", "quota"],
    default: { register: true, history: true, quota: true },
    unknown: (argument, name) => {
      if (name === undefined) return;
      throw new UsageError(`unknown option ${argument} (see client --help)`);
    },
  });
  if (flags.help) return HELP;
  if (flags.version) return project.version;
  requireValues(flags, ["listen-host", "advertise", "accept"]);
  const [clientID, port = "0", address = "127.0.0.1:5555", ...more] = flags._
    .map(String);
  if (clientID === undefined) {
    throw new UsageError(`missing client ID (usage: ${USAGE})`);
  }
  if (!isClientID(clientID)) {
    throw new UsageError(
      `invalid client ID "${clientID}": use ${CLIENT_ID_RULE}`,
    );
  }
  const listenPort = parsePort(port);
  if (listenPort === undefined) {
    throw new UsageError(
      `invalid port "${port}" to listen on: use 0 to 65535, 0 for any free port`,
    );
  }
  if (more.length > 0) {
    throw new UsageError(
      `unexpected argument "${more[0]}" (see client --help)`,
    );
  }
  const isPlainURL = address.startsWith(PLAIN_SCHEME);
  const registryPlain = flags["registry-plain"] || isPlainURL;
  const registry = parseAddress(
    isPlainURL ? address.slice(PLAIN_SCHEME.length) : address,
  );
  const host = flags["listen-host"] ?? defaultListenHost(registry.host);
  return {
    clientID,
    listen: { host, port: listenPort },
    advertise: parseAdvertisedPort(flags.advertise),
    registry,
    accept: parseAccept(flags.accept),
    quotas: flags.quota ? DAILY_QUOTAS : NO_QUOTAS,
    register: flags.register,
    // Such a registry names only programs to talk with in plain.
    plain: flags.plain || registryPlain,
    registryPlain,
    keepHistory: flags.history,
    json: flags.json,
  };
}

/** The address on which the clients of a registry can reach this one. */
function defaultListenHost(registry: string): string {
  const isIPv6 = registry.includes(":");
  if (isLoopback(registry)) return isIPv6 ? "::1" : "127.0.0.1";
  return isIPv6 ? "::" : "0.0.0.0";
}

/** Whose calls `--accept` takes. */
function parseAccept(text: string | undefined): AcceptPolicy | undefined {
  if (text === undefined) return undefined;
  const policy = ACCEPT_POLICIES.find((policy) => policy === text);
  if (policy !== undefined) return policy;
  throw new UsageError(
    `invalid value "${text}" of --accept: use ${ACCEPT_POLICIES.join(", ")}`,
  );
}

/** The port of `--advertise`, if it is given. */
function parseAdvertisedPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = parsePort(text);
  if (port) return port;
  throw new UsageError(
    `invalid port "${text}" to advertise: use 1 to 65535`,
  );
}

if (import.meta.main) {
  await runProgram({
    name: "client",
    main,
    userErrors: [
      AddressError,
      IdentityError,
      ListenError,
      PeerError,
      StorageError,
    ],
  });
}
