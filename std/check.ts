/** The flag that puts the stand-ins of this folder in the place of JSR's. */
const STAND_INS = "--import-map=std/import_map.json";

/** How long JSR has to answer, in ms: the argument, or 3 s. */
const TIMEOUT_MS = Number(Deno.args[0] ?? 3000);

/** Asks JSR for the page that resolving a package begins with. */
async function answers(): Promise<boolean> {
  try {
    const reply = await fetch("https://jsr.io/@std/assert/meta.json", {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await reply.body?.cancel();
    return reply.ok;
  } catch {
    // Whatever stands in the way, it stands in Deno's way too.
    return false;
  }
}

if (!await answers()) {
  console.error("JSR does not answer: using the stand-ins in std/ for @std/*");
  console.log(STAND_INS);
}
Deno.exit(0);
