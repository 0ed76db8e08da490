import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { Message } from "../../lib/framing/mod.ts";
import type { Registry } from "../../lib/registry/mod.ts";
import { Identity, seal } from "../../lib/secure/mod.ts";
import { at } from "../support/at.ts";
import { PlainSocket } from "../support/plain_socket.ts";
import { SecureSocket } from "../support/secure_socket.ts";
import { startRegistry } from "../support/test_registry.ts";
import { fuzz, SECONDS, SEED } from "./fuzz.ts";
import * as hostile from "./hostile.ts";

console.log(`fuzz: seed ${SEED}, ${SECONDS} s`);

/** The clients: the last one sends whatever it likes. */
const IDENTITIES = [1, 2, 3, 4].map(() => Identity.generate());
const MALLORY = IDENTITIES.length - 1;
const KEYS = IDENTITIES.map((identity) => identity.publicKey.toBase64());

/** What a client asks for in COLLECT: letters are named by their place. */
interface Collection {
  /** Of the letters that any client has been given, those that are done. */
  readonly done: readonly number[];
  /** Behind which of its own letters the client goes on. */
  readonly after: number | undefined;
}

/**
 * What a registry may do, as far as its replies show it: an ID belongs to the
 * first key that has registered it, and a letter waits until its recipient has
 * taken it.
 */
class RegistryModel implements Disposable {
  readonly #registry: Registry;
  readonly #sockets: (SecureSocket | undefined)[] = IDENTITIES.map(() =>
    undefined
  );
  readonly #owners = new Map<string, number>();
  /** The letters that wait for each client, oldest first, in base64. */
  readonly #letters: string[][] = IDENTITIES.map(() => []);
  /** By which numbers the registry knows the letters that it has given out. */
  readonly #numbers = new Map<string, string>();
  #deposits = 0;
  #seq = 0;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** REGISTER of an ID. */
  async register(client: number, clientID: string): Promise<void> {
    const headers = [["clientID", clientID], ["Port", "5555"]] as const;
    const reply = await this.#ask(client, "REGISTER", headers);
    if (reply?.method === "REGACK") this.#claimed(client, clientID);
  }

  /** DEPOSIT of a letter for an ID, sealed to the key of some client. */
  async deposit(
    client: number,
    target: string,
    recipient: number,
  ): Promise<void> {
    const key = at(KEYS, recipient);
    const sealed = seal(
      at(IDENTITIES, recipient).publicKey,
      at(IDENTITIES, client),
      new TextEncoder().encode(`letter ${this.#deposits}`),
    );
    const headers = [["target", target], ["Key", key]] as const;
    const reply = await this.#ask(client, "DEPOSIT", headers, sealed);
    if (reply?.method !== "DEPOSITACK") return;
    assertEquals(this.#owners.get(fold(target)), recipient, target);
    this.#letters[recipient]?.push(sealed.toBase64());
  }

  /** COLLECT: the client's own letters, without those that are done. */
  async collect(client: number, { done, after }: Collection): Promise<void> {
    const given = Array.from(this.#numbers.values());
    const numbers = done.flatMap((place) =>
      given.length === 0 ? [] : [at(given, place % given.length)]
    );
    const isDone = (letter: string) =>
      numbers.includes(this.#numbers.get(letter) ?? "none");
    const mine = at(this.#letters, client);
    const behind = after === undefined ? undefined : mine[after];
    const afterNumber = this.#numbers.get(behind ?? "");
    const reply = await this.#ask(client, "COLLECT", [
      ...numbers.length === 0 ? [] : [["Done", numbers.join(",")] as const],
      ...afterNumber === undefined ? [] : [["After", afterNumber] as const],
    ]);
    if (reply?.method !== "COLLECTACK") return;
    const start = afterNumber === undefined
      ? 0
      : mine.indexOf(behind ?? "") + 1;
    const expected = mine.slice(start).filter((letter) => !isDone(letter));
    const letters = lettersIn(reply);
    assertEquals(letters.map(([letter]) => letter), expected);
    for (const [letter, number] of letters) this.#numbers.set(letter, number);
    this.#letters[client] = mine.filter((letter) => !isDone(letter));
  }

  /** REGISTER in plain. */
  async registerPlain(clientID: string): Promise<void> {
    using socket = await PlainSocket.connect(this.#registry.address);
    await socket.send(
      `REGISTER\r\nclientID: ${clientID}\r\nIP: 127.0.0.1\r\nPort: 9\r\n\r\n`,
    );
    await socket.closeWrite();
    if ((await socket.rest()).startsWith("REGACK")) {
      assertEquals(this.#owners.get(fold(clientID)), undefined, clientID);
    }
  }

  /** A message that need not make sense, from the client that may do anything. */
  async send({ method, headers, body }: Message): Promise<void> {
    const reply = await this.#ask(
      MALLORY,
      method,
      headers.filter(([name]) => name !== "Seq"),
      body,
    );
    const claimed = reply?.get("clientID");
    if (reply?.method === "REGACK" && claimed !== undefined) {
      this.#claimed(MALLORY, claimed);
    }
    // The keys in such messages are nobody's.
    assert(reply?.method !== "DEPOSITACK");
  }

  /** Bytes that need not be messages, in plain or inside the channel. */
  async sendBytes(bytes: Uint8Array, isPlain: boolean): Promise<void> {
    const { address } = this.#registry;
    if (isPlain) {
      using socket = await PlainSocket.connect(address);
      await socket.send(bytes);
      await socket.closeWrite();
      await socket.rest();
    } else {
      using socket = await SecureSocket.connect(address, Identity.generate());
      await socket.sendBytes(bytes);
      await socket.closeWrite();
      await socket.rest();
    }
  }

  /** Ends a client's connection; the next request opens another. */
  reconnect(client: number): void {
    this.#sockets[client]?.[Symbol.dispose]();
    this.#sockets[client] = undefined;
  }

  /** Checks that each honest client still has its letters. */
  async finish(): Promise<void> {
    for (const client of IDENTITIES.keys()) {
      if (client !== MALLORY) {
        await this.collect(client, { done: [], after: undefined });
      }
    }
  }

  [Symbol.dispose](): void {
    for (const client of IDENTITIES.keys()) this.reconnect(client);
  }

  #claimed(client: number, clientID: string): void {
    const owner = this.#owners.get(fold(clientID));
    assert(owner === undefined || owner === client, `${clientID} was taken`);
    this.#owners.set(fold(clientID), client);
  }

  /** The reply to a request; undefined if the registry ends the session. */
  async #ask(
    client: number,
    method: string,
    headers: readonly (readonly [string, string])[],
    body?: Uint8Array,
  ): Promise<Message | undefined> {
    try {
      const socket = this.#sockets[client] ??= await SecureSocket.connect(
        this.#registry.address,
        at(IDENTITIES, client),
      );
      const seq = String(++this.#seq);
      await socket.send(method, [["Seq", seq], ...headers], body);
      for (;;) {
        const message = await socket.receive();
        if (message.get("Seq") === seq) return message;
        // It says why it ends the session.
        if (message.method === "ERROR") break;
      }
    } catch {
      // It has ended.
    }
    this.reconnect(client);
    return undefined;
  }
}

/** An ID as it is compared: one claim covers all spellings. */
function fold(clientID: string): string {
  return clientID.toLowerCase();
}

/** The letters of COLLECTACK, and their numbers. */
function lettersIn(reply: Message): [letter: string, number: string][] {
  const list = (name: string) => reply.get(name)?.split(",") ?? [];
  const lengths = list("Letters").map(Number);
  let start = 0;
  return list("Numbers").map((number, n) => [
    reply.body.subarray(start, start += at(lengths, n)).toBase64(),
    number,
  ]);
}

const client = fc.integer({ min: 0, max: MALLORY });
const honest = fc.integer({ min: 0, max: MALLORY - 1 });
const clientID = fc.constantFrom("alice", "bob", "carol", "BOB", "Carol");

/** Something that is done to the registry, with what is shown of it. */
interface Step {
  readonly what: string;
  readonly run: (model: RegistryModel) => void | Promise<void>;
}

/** What each honest client calls itself, unless another has been faster. */
const OWN_IDS = ["alice", "bob", "carol"] as const;

const registersOwn = client.map((client): Step => ({
  what: `${client} registers its own ID`,
  run: (model) => model.register(client, OWN_IDS[client] ?? "mallory"),
}));

const registers = fc.tuple(client, clientID).map(([client, id]): Step => ({
  what: `${client} registers ${id}`,
  run: (model) => model.register(client, id),
}));

const deposits = fc.tuple(client, clientID, honest).map((
  [client, target, recipient],
): Step => ({
  what: `${client} leaves ${target} a letter for the key of ${recipient}`,
  run: (model) => model.deposit(client, target, recipient),
}));

const depositsToOwner = fc.tuple(client, honest).map((
  [client, recipient],
): Step => ({
  what: `${client} leaves ${recipient} a letter`,
  run: (model) => model.deposit(client, at(OWN_IDS, recipient), recipient),
}));

const collects = fc.tuple(
  honest,
  fc.record({
    done: fc.array(fc.nat(20), { maxLength: 4 }),
    after: fc.option(fc.nat(3), { nil: undefined }),
  }),
).map(([client, collection]): Step => ({
  what: `${client} collects ${JSON.stringify(collection)}`,
  run: (model) => model.collect(client, collection),
}));

const sends = hostile.message.map((message): Step => ({
  what: JSON.stringify(message),
  run: (model) => model.send(message),
}));

const sendsBytes = fc.tuple(hostile.stream, fc.boolean()).map((
  [bytes, isPlain],
): Step => ({
  what: JSON.stringify(new TextDecoder().decode(bytes)),
  run: (model) => model.sendBytes(bytes, isPlain),
}));

const registersPlain = clientID.map((id): Step => ({
  what: `${id} registers in plain`,
  run: (model) => model.registerPlain(id),
}));

const reconnects = client.map((client): Step => ({
  what: `${client} reconnects`,
  run: (model) => model.reconnect(client),
}));

const step = fc.oneof(
  ...[
    registersOwn,
    registers,
    deposits,
    depositsToOwner,
    collects,
    collects,
    sends,
  ].map((arbitrary) => ({
    weight: 4,
    arbitrary,
  })),
  sendsBytes,
  registersPlain,
  reconnects,
);

Deno.test("fuzz: whatever is sent to a registry, an ID stays with its key, and a letter until its recipient has taken it", () =>
  fuzz(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      async (steps) => {
        const faults: string[] = [];
        await using registry = startRegistry({
          log: (entry) => {
            if (entry.event === "failed") faults.push(JSON.stringify(entry));
          },
        });
        using model = new RegistryModel(registry);
        for (const { run } of steps) await run(model);
        await model.finish();
        assertEquals(faults, []);
      },
    ),
    0.2,
  ));
