import { CannotRun, spawn, untilPrinted } from "./programs.ts";

const NEEDED = "socat and openssl are needed: apt-get install socat openssl";

/** One `socat` that sends over TLS to another: the widespread way to do it. */
export class Socat {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Makes the certificate that one of them shows; it is gone with the scope.
   *
   * @throws {CannotRun} If `socat` or `openssl` is missing.
   */
  static async prepare(scope: AsyncDisposableStack): Promise<Socat> {
    const folder = await Deno.makeTempDir({ prefix: "p2pchat-bench-" });
    scope.defer(() => Deno.remove(folder, { recursive: true }));
    const made = await run("openssl", [
      ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
        .split(" "),
      ...["-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`],
    ]);
    if (!made || !await run("socat", ["-V"])) throw new CannotRun(NEEDED);
    return new Socat(folder);
  }

  /**
   * Sends zeros.
   *
   * @param size How many bytes.
   * @param piece How many at a time.
   * @returns How many bytes a second.
   */
  async send(size: number, piece: number): Promise<number> {
    await using scope = new AsyncDisposableStack();
    const sink = spawn(
      scope,
      "socat",
      [
        ...["-d", "-d", "-u", `-b${piece}`],
        "OPENSSL-LISTEN:0,bind=127.0.0.1,verify=0," +
        `cert=${this.#folder}/cert.pem,key=${this.#folder}/key.pem`,
        "OPEN:/dev/null",
      ],
      NEEDED,
      { stderr: "piped" },
    );
    const listening = /listening on .*:(\d+)\n/;
    const [, port] = await untilPrinted(sink.stderr, listening, "socat");
    const start = performance.now();
    const source = spawn(
      scope,
      "socat",
      [
        ...["-u", `-b${piece}`],
        `OPEN:/dev/zero,readbytes=${size}`,
        `OPENSSL:127.0.0.1:${port},verify=0`,
      ],
      NEEDED,
      {},
    );
    const ends = [await source.status, await sink.status];
    const seconds = (performance.now() - start) / 1000;
    if (ends.every(({ success }) => success)) return size / seconds;
    throw new CannotRun("socat failed to send to socat");
  }
}

/** Whether a program is installed and exits with 0. */
async function run(program: string, args: string[]): Promise<boolean> {
  try {
    const command = new Deno.Command(program, { args, stdin: "null" });
    return (await command.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
