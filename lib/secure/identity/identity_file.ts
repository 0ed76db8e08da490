import { dirname, join } from "node:path";
import { IdentityError } from "../errors.ts";
import { Identity } from "./identity.ts";
import { formatIdentity, parseIdentity } from "./identity_text.ts";

/** The longest identity file, comments included, in bytes. */
const MAX_FILE_BYTES = 4096;

/**
 * Loads the identity in a file; if there is no such file, creates it with a new
 * identity. It is then written whole or not at all, with mode 0600, in a folder
 * of mode 0700, and several callers at once all get the same identity. A file
 * that exists is never written to.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadIdentity } from "../mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const created = await loadIdentity(`${folder}/identity`);
 * const loaded = await loadIdentity(`${folder}/identity`);
 * assertEquals(loaded.publicKey, created.publicKey);
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @param path The file.
 * @throws {IdentityError} If the file is damaged, other users may read it, or it
 * cannot be read or created; the message says what to do.
 */
export async function loadIdentity(path: string): Promise<Identity> {
  try {
    return await readIdentity(path) ?? await createIdentity(path);
  } catch (cause) {
    if (cause instanceof IdentityError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IdentityError(`${path} cannot be used: ${reason}`, { cause });
  }
}

/**
 * Replaces the identity in a file that exists by another one: the file has
 * either the old one or the new one, whole, at any time.
 *
 * @param path The file, or a link to it.
 * @throws {IdentityError} If that failed, and the file is as it was.
 */
export async function replaceIdentity(
  path: string,
  identity: Identity,
): Promise<void> {
  try {
    const target = await Deno.realPath(path);
    const temporary = temporaryIn(dirname(target));
    try {
      await writeTemporary(temporary, formatIdentity(identity));
      await Deno.rename(temporary, target);
    } finally {
      await Deno.remove(temporary).catch(() => {});
    }
    await syncFolder(dirname(target));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IdentityError(`${path} cannot be written: ${reason}`, { cause });
  }
}

async function readIdentity(path: string): Promise<Identity | undefined> {
  using file = await openExisting(path);
  if (file === undefined) return undefined;
  const { isFile, mode, size } = await file.stat();
  if (!isFile) {
    throw new IdentityError(
      `${path} is not a regular file: rename or delete it`,
    );
  }
  // Windows has no such modes; there the user's folder protects the file.
  if (Deno.build.os !== "windows" && ((mode ?? 0) & 0o077) !== 0) {
    throw new IdentityError(
      `other users of this machine may read or change ${path}: run chmod 600 ` +
        `"${path}"; if another user may have its key already, move the file ` +
        "away instead, and a new identity is created",
    );
  }
  const bytes = new Uint8Array(Math.min(size, MAX_FILE_BYTES));
  let length = 0;
  for (let count = 1; count > 0 && length < bytes.length; length += count) {
    count = await file.read(bytes.subarray(length)) ?? 0;
  }
  try {
    return parseIdentity(new TextDecoder().decode(bytes.subarray(0, length)));
  } catch (cause) {
    if (!(cause instanceof IdentityError)) throw cause;
    throw new IdentityError(`${path} ${cause.message}`, { cause });
  } finally {
    bytes.fill(0);
  }
}

async function openExisting(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function createIdentity(path: string): Promise<Identity> {
  const folder = dirname(path);
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const identity = Identity.generate();
  const temporary = temporaryIn(folder);
  try {
    await writeTemporary(temporary, formatIdentity(identity));
    // A link, unlike a rename, never replaces a file.
    await Deno.link(temporary, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const existing = await readIdentity(path);
    if (existing === undefined) throw error;
    return existing;
  } finally {
    await Deno.remove(temporary).catch(() => {});
  }
  await syncFolder(folder);
  return identity;
}

function temporaryIn(folder: string): string {
  return join(folder, `.identity-${crypto.randomUUID()}.tmp`);
}

async function writeTemporary(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, {
    write: true,
    createNew: true,
    mode: 0o600,
  });
  const bytes = new TextEncoder().encode(text);
  let written = 0;
  while (written < bytes.length) {
    written += await file.write(bytes.subarray(written));
  }
  bytes.fill(0);
  await file.sync();
}

/** Makes the new name survive a loss of power, where folders can be opened. */
async function syncFolder(path: string): Promise<void> {
  if (Deno.build.os === "windows") return;
  using folder = await Deno.open(path);
  await folder.sync();
}
