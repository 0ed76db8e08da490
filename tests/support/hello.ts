/** The first message of a handshake: 32 bytes that X25519 takes for a key. */
export const FIRST_MESSAGE: Uint8Array = new Uint8Array(32).fill(0x78);

/** A HELLO, in one of the ways to write it. */
export const HELLO: string = helloWith(FIRST_MESSAGE.toBase64());

/** A HELLO with a text in the place of the handshake message in base64. */
export function helloWith(handshake: string): string {
  return `HELLO\r\nVersion: 1\r\nHandshake: ${handshake}\r\n\r\n`;
}

/** The same HELLO in another spelling of a message. */
export const HELLO_SPELLED_OTHERWISE: string =
  `HELLO\nhandshake:${FIRST_MESSAGE.toBase64()}\nVERSION:   1\n\n`;

const KEY = FIRST_MESSAGE.toBase64();

/** Values of Handshake that are not the first message of a handshake. */
export const MALFORMED_HANDSHAKES: readonly (readonly [
  what: string,
  handshake: string,
])[] = [
  ["no bytes", ""],
  ["31 bytes", new Uint8Array(31).toBase64()],
  ["33 bytes", new Uint8Array(33).toBase64()],
  ["5000 bytes", new Uint8Array(5000).toBase64()],
  ["hexadecimal", FIRST_MESSAGE.toHex()],
  ["no padding", KEY.slice(0, -1)],
  ["too much padding", `${KEY}=`],
  ["text behind the padding", `${KEY}AAAA`],
  ["an unused bit that is not zero", `${KEY.slice(0, -2)}h=`],
  ["a space within", `${KEY.slice(0, 20)} ${KEY.slice(20)}`],
  ["a character that base64 has not", `!${KEY.slice(1)}`],
  ["a character that is not ASCII", `é${KEY.slice(1)}`],
  ["the alphabet for URLs", `-_${KEY.slice(2)}`],
];
