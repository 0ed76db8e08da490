// Connects to a port of loopback, and writes until the connection closes.
const conn = await Deno.connect({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0]),
});
const bytes = new Uint8Array(1024 * 1024);
try {
  for (;;) await conn.write(bytes);
} catch {
  Deno.exit(0);
}
