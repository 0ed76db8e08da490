/**
 * What the changelog says of a version: the section under its heading, as in
 * `## 1.2.0 (2026-05-01)`. The lines of a paragraph or list item are joined,
 * since a release page shows each line end.
 *
 * @param changelog The text of CHANGELOG.md.
 * @param version The version, without `v`.
 * @throws {Error} If it has no such section, or an empty one.
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/\s/)[0] === version);
  if (section === undefined) {
    throw new Error(`CHANGELOG.md has no section "## ${version}"`);
  }
  const notes = section.slice(section.indexOf("\n")).trim();
  if (notes === "") throw new Error(`the section "## ${version}" is empty`);
  return notes.replaceAll(/(?<=\S)\n *(?=[^\s#-])/g, " ") + "\n";
}

if (import.meta.main) {
  const [version = ""] = Deno.args;
  const changelog = await Deno.readTextFile("CHANGELOG.md");
  await Deno.stdout.write(
    new TextEncoder().encode(releaseNotes(changelog, version)),
  );
}
