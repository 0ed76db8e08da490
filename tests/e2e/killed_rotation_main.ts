/**
 * A client that kills itself at one step of `/rotate-key`, with JSON lines.
 *
 *     killed_rotation_main.ts CLIENT_ID REGISTRY before|after STEP
 *
 * @module
 */
import { runConsole } from "../../lib/console/mod.ts";
import { parseAddress } from "../../lib/net/mod.ts";
import { openHome } from "../../lib/peer/mod.ts";
import { clientsFolder } from "../../lib/storage/mod.ts";

const [clientID = "", registry = "", moment, step] = Deno.args;

/** Whether the key is being replaced: what is done before does not count. */
let isReplacing = false;

function kill(): void {
  if (isReplacing) Deno.kill(Deno.pid, "SIGKILL");
}

/** Has a step of the store kill this process. */
function killIn<Args extends unknown[], Result>(
  name: string,
  run: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => {
    if (name === "replace") isReplacing = true;
    if (name === step && moment === "before") kill();
    const result = run(...args);
    if (name === step && moment === "after") kill();
    return result;
  };
}

using home = await openHome(
  clientsFolder(Deno.env.get, Deno.build.os),
  clientID,
);
const { identity, store, saveIdentity } = home;
const { ownKeys } = store;
ownKeys.replace = killIn("replace", ownKeys.replace.bind(ownKeys));
ownKeys.markSaved = killIn("markSaved", ownKeys.markSaved.bind(ownKeys));
ownKeys.settle = killIn("settle", ownKeys.settle.bind(ownKeys));
ownKeys.markDeposited = killIn(
  "markDeposited",
  ownKeys.markDeposited.bind(ownKeys),
);
ownKeys.removeMailbox = killIn(
  "removeMailbox",
  ownKeys.removeMailbox.bind(ownKeys),
);
await runConsole({
  clientID,
  listen: { host: "127.0.0.1", port: 0 },
  registry: parseAddress(registry),
  accept: "all",
  register: true,
  json: true,
  identity,
  store,
  saveIdentity: async (next) => {
    if (step === "saveIdentity" && moment === "before") kill();
    await saveIdentity(next);
    if (step === "saveIdentity" && moment === "after") kill();
  },
});
