/**
 * The least that could answer a plain REGISTER: a map behind `Deno.listen`, with
 * no checks, leases, limits or deadlines. What the registry takes more than
 * this, those cost; what this takes, the runtime does.
 *
 *     deno run --allow-net bench/naive.ts
 *
 * @module
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const addresses = new Map<string, { ip: string; port: number }>();

async function serve(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(2048);
  try {
    for (let length; (length = await conn.read(buffer)) !== null;) {
      const lines = decoder.decode(buffer.subarray(0, length)).split("\r\n");
      const [id = "", ip = "", port] = lines.slice(1, 4).map((line) =>
        line.slice(line.indexOf(": ") + 2)
      );
      addresses.set(id, { ip, port: Number(port) });
      await conn.write(encoder.encode(
        `REGACK\r\nclientID: ${id}\r\nIP: ${ip}\r\nPort: ${port}\r\n\r\n`,
      ));
    }
  } catch {
    // The client has gone.
  } finally {
    conn.close();
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(`listening on 127.0.0.1:${listener.addr.port}`);
for (;;) {
  try {
    serve(await listener.accept());
  } catch {
    // The client was gone before it was accepted.
  }
}
