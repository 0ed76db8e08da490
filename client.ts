import { parseArgs } from "@std/cli";
import project from "./deno.json" with { type: "json" };
import { type ConsoleOptions, runConsole } from "./lib/console/mod.ts";
import {
  AddressError,
  isLoopback,
  parseAddress,
  parsePort,
} from "./lib/net/mod.ts";
import { isClientID } from "./lib/protocol/mod.ts";
import { openHome, PeerError } from "./lib/peer/mod.ts";
import { IdentityError } from "./lib/secure/mod.ts";
import { homeFolder, StorageError } from "./lib/storage/mod.ts";
import { runProgram, UsageError } from "./program.ts";

const HELP = `client: chat straight from this terminal to another

usage: client <clientID> [listenPort] [server] [options]

  <clientID>          your name: 1 to 64 letters, digits, dots, _ and -
  [listenPort]        where others reach you (default 0: a free port)
  [server]            the registry, HOST:PORT (default 127.0.0.1:5555)
  --listen-host HOST  the address to listen on (default: 127.0.0.1, or ::1,
                      if the registry is there, else all addresses)
  --advertise PORT    the port that others come to, if a router forwards that
                      one to you (default: the one you listen on)
  --plain             also talk with programs that only speak the plain
                      protocol, which is not encrypted
  --no-history        keep no message once it is delivered
  --no-register       do not register at the start
  --json              write events as JSON, a line each, for a script
  --version           print the version
  --help              print this

Once it runs, /help lists the commands.`;

async function main(args: string[]): Promise<void> {
  const options = parseOptions(args);
  if (typeof options === "string") console.log(options);
  else await run(options);
}

/** What the arguments ask for. */
interface Options extends ConsoleOptions {
  readonly keepHistory: boolean;
}

async function run({ keepHistory, ...options }: Options): Promise<void> {
  const folder = homeFolder(Deno.env.get, Deno.build.os);
  using home = await openHome(folder, options.clientID, { keepHistory });
  const { identity, store } = home;
  if (store.notice !== undefined) console.error(`client: ${store.notice}`);
  await runConsole({ ...options, identity, store });
}

/** The options that the arguments ask for, or a text to print instead. */
function parseOptions(args: string[]): Options | string {
  const flags = parseArgs(args, {
    boolean: ["register", "history", "plain", "json", "version", "help"],
    string: ["listen-host", "advertise", "_"],
    negatable: ["register", "history"],
    default: { register: true, history: true },
    unknown: (argument, name) => {
      if (name === undefined) return;
      throw new UsageError(
        `${argument} is not something it knows: see client --help`,
      );
    },
  });
  if (flags.help) return HELP;
  if (flags.version) return project.version;
  const [clientID, port = "0", server = "127.0.0.1:5555", ...more] = flags._
    .map(String);
  if (clientID === undefined) {
    throw new UsageError("say who you are, as in: client alice");
  }
  if (!isClientID(clientID)) {
    throw new UsageError(
      `"${clientID}" cannot be a clientID: it takes 1 to 64 letters, digits, ` +
        "dots, underscores and hyphens",
    );
  }
  const listenPort = parsePort(port);
  if (listenPort === undefined) {
    throw new UsageError(
      `"${port}" is not a port to listen on: it takes 0 to 65535, and 0 is ` +
        "any free one",
    );
  }
  if (more.length > 0) {
    throw new UsageError(`"${more[0]}" is one argument too many`);
  }
  const registry = parseAddress(server);
  const host = flags["listen-host"] ??
    hostBeside(registry.host);
  if (host === "") throw new UsageError("--listen-host takes an address");
  return {
    clientID,
    listen: { host, port: listenPort },
    advertise: parseAdvertised(flags.advertise),
    registry,
    register: flags.register,
    plain: flags.plain,
    keepHistory: flags.history,
    json: flags.json,
  };
}

/** Where to listen so that those who see the same registry can come. */
function hostBeside(registry: string): string {
  const isIPv6 = registry.includes(":");
  if (isLoopback(registry)) return isIPv6 ? "::1" : "127.0.0.1";
  return isIPv6 ? "::" : "0.0.0.0";
}

/** The port that others are told to come to, if it is another. */
function parseAdvertised(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = parsePort(text);
  if (port) return port;
  throw new UsageError(
    `"${text}" is not a port to advertise: it takes 1 to 65535`,
  );
}

if (import.meta.main) {
  await runProgram({
    name: "client",
    main,
    userErrors: [AddressError, IdentityError, PeerError, StorageError],
  });
}
