import { isClientID } from "./lib/protocol/mod.ts";
import { type ListedClaim, openClaims } from "./lib/registry/mod.ts";
import { fingerprintOf, InvalidKeyError } from "./lib/secure/mod.ts";
import { UsageError } from "./program.ts";

const DAY_S = 24 * 60 * 60;

/** Where the fingerprints begin in a line, unless the client ID is longer. */
const COLUMN = 24;

/** What the operator wants done with the claims of a registry. */
export interface ClaimsRequest {
  /** The state folder of the registry, which must not be running. */
  readonly folder: string;
  /** The client ID whose claim is to be removed; none to list all claims. */
  readonly release: string | undefined;
  /** Whether a list has an object of JSON a line. */
  readonly json: boolean;
}

/** The options that ask for something to be done with claims. */
interface ClaimsFlags {
  readonly claims: boolean;
  readonly release?: string | undefined;
  readonly json: boolean;
}

/**
 * What the options ask to be done with the claims; undefined if nothing.
 *
 * @throws {UsageError} If they contradict each other.
 */
export function parseClaims(
  { claims, release, json }: ClaimsFlags,
  folder: string,
): ClaimsRequest | undefined {
  if (claims && release !== undefined) {
    throw new UsageError("--claims and --release cannot be used together");
  }
  if (json && !claims) throw new UsageError("--json is for --claims only");
  return claims || release !== undefined
    ? { folder, release, json }
    : undefined;
}

/**
 * Lists the claims of a registry, or removes one (README, "Claims").
 *
 * @throws {UsageError} If the client ID is malformed, or not claimed.
 * @throws {StateError} If the folder cannot be used, as while its registry runs.
 */
export async function manageClaims(request: ClaimsRequest): Promise<void> {
  const { release } = request;
  if (release === undefined) return await list(request);
  if (!isClientID(release)) {
    throw new UsageError(`--release takes a client ID, not "${release}"`);
  }
  using open = await openClaims(request.folder);
  const claim = await open.claims.release(release, open.runTimeS);
  if (claim === undefined) {
    throw new UsageError(`no key has claimed ${release}`);
  }
  console.log(
    `released ${claim.clientID}, which ${nameOf(claim.key)} had claimed: it ` +
      "belongs to the next key that registers it",
  );
}

/** Prints the claims, a page at a time: there may be millions. */
async function list({ folder, json }: ClaimsRequest): Promise<void> {
  using open = await openClaims(folder);
  const line = json ? jsonLine : textLine;
  try {
    for (let after = "";;) {
      const claims = await open.claims.list(after, open.runTimeS);
      const last = claims.at(-1);
      if (last === undefined) return;
      after = last.clientID;
      await print(claims.map((claim) => `${line(claim)}\n`).join(""));
    }
  } catch (error) {
    // The reader, as `head`, has what it wants.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function print(text: string): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) {
    bytes = bytes.subarray(await Deno.stdout.write(bytes));
  }
}

function textLine({ clientID, key, unusedS }: ListedClaim): string {
  const days = Math.floor(unusedS / DAY_S);
  const id = isClientID(clientID) ? clientID : JSON.stringify(clientID);
  return `${id.padEnd(COLUMN)} ${nameOf(key)}  unused for ${days} ` +
    (days === 1 ? "day" : "days");
}

function jsonLine({ clientID, key, unusedS }: ListedClaim): string {
  return JSON.stringify({
    clientID,
    fingerprint: nameOf(key),
    unusedDays: Math.floor(unusedS / DAY_S),
  });
}

/** The fingerprint of a key; a damaged database may have what is none. */
function nameOf(key: string): string {
  try {
    return fingerprintOf(key);
  } catch (error) {
    const isNoKey = error instanceof InvalidKeyError ||
      error instanceof SyntaxError;
    if (!isNoKey) throw error;
    return "an invalid key";
  }
}
