/**
 * What the runtime takes for itself: the request is sent back from behind
 * `Deno.listen`, nothing read, kept or made. Only the method's bytes are written
 * over, so that the load process takes it for a reply. No server in this runtime
 * answers faster.
 *
 *     deno run --allow-net bench/echo.ts
 *
 * @module
 */

const METHOD = "REGISTER".length;
const answered = new TextEncoder().encode("REGACK");
const start = METHOD - answered.length;

async function serve(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(2048);
  try {
    for (let length; (length = await conn.read(buffer)) !== null;) {
      buffer.set(answered, start);
      await conn.write(buffer.subarray(start, length));
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
