import { IdentityError } from "../errors.ts";
import { Identity } from "./identity.ts";

const HEADER = "p2pchat identity 1";
const COMMENT = [
  "# Anyone with this file can impersonate its owner: keep it secret.",
  "# A lost key cannot be recovered: keep a backup in a safe place.",
];
const LINES =
  /^p2pchat identity 1\npublic key: ([A-Za-z0-9+/]{43}=)\nprivate key: ([A-Za-z0-9+/]{43}=)\n$/;

/**
 * An identity as the text of its file: a header with the version of the
 * format, comments, and the two keys in base64 (RFC 4648).
 */
export function formatIdentity(identity: Identity): string {
  const privateKey = identity.exportPrivateKey();
  const text = [
    HEADER,
    ...COMMENT,
    `public key: ${identity.publicKey.toBase64()}`,
    `private key: ${privateKey.toBase64()}`,
    "",
  ].join("\n");
  privateKey.fill(0);
  return text;
}

/**
 * Reads what {@linkcode formatIdentity} wrote. Comments and line ends may differ,
 * and nothing else.
 *
 * @throws {IdentityError} If it is something else or a newer version, or the two
 * keys do not belong together; the message continues the file's name.
 */
export function parseIdentity(text: string): Identity {
  const lines = text.replaceAll("\r\n", "\n").replaceAll(/^#.*\n/gm, "");
  const version = /^p2pchat identity (\d+)\n/.exec(lines)?.[1];
  if (version !== undefined && version !== "1") {
    throw new IdentityError(
      `has version ${version}, which a newer version of this program wrote: ` +
        "use that version",
    );
  }
  const [, publicText, privateText] = LINES.exec(lines) ?? [];
  if (publicText === undefined || privateText === undefined) throw damaged();
  const identity = fromBase64(privateText);
  if (identity.publicKey.toBase64() !== publicText) throw damaged();
  return identity;
}

function fromBase64(privateText: string): Identity {
  let privateKey: Uint8Array;
  try {
    privateKey = Uint8Array.fromBase64(privateText, {
      lastChunkHandling: "strict",
    });
  } catch (cause) {
    throw damaged({ cause });
  }
  const identity = Identity.fromPrivateKey(privateKey);
  privateKey.fill(0);
  return identity;
}

function damaged(options?: ErrorOptions): IdentityError {
  return new IdentityError(
    "is damaged: restore a backup of it, or move it away, and a new identity " +
      "is created; peers will then be warned that your key has changed",
    options,
  );
}
