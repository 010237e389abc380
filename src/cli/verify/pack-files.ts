import type { OpenArtifact } from "../../contracts/artifact.ts";
import { digestOfSource } from "../../core/byte-source.ts";
import type { Digest } from "../../core/digest.ts";
import { membersOf } from "../../core/is-record.ts";
import type { PackManifest } from "../../workflows/governance/pack-record.ts";
import type { Findings } from "./findings.ts";
import { fileAt, jsonIn } from "./json-in.ts";

/** The name of a pack's manifest. */
export const manifestName = "manifest.json";

/** The manifest of a pack; undefined where it is none that can be read, which is told. */
export async function packManifest(pack: OpenArtifact, found: Findings): Promise<PackManifest | undefined> {
  const manifest = await jsonIn(fileAt(pack, manifestName));
  const { kind, schema } = membersOf(manifest);
  if (kind === "audit-pack" && typeof schema === "number" && schema > 1)
    found.bad(`manifest: its format is ${schema}, this code reads format 1: use a newer version of the library`);
  else if (isManifest(manifest)) return manifest;
  else found.bad("manifest: manifest.json is none of an audit pack: it was edited");
  return undefined;
}

function isManifest(value: unknown): value is PackManifest {
  const { kind, schema, log, files } = membersOf(value);
  const { events, verified } = membersOf(log);
  return (
    kind === "audit-pack" &&
    schema === 1 &&
    typeof events === "number" &&
    typeof verified === "boolean" &&
    Array.isArray(files) &&
    files.every((file) => typeof membersOf(file)["path"] === "string" && typeof membersOf(file)["digest"] === "string")
  );
}

/** Compares every file with the manifest, and the files that are named by their digest with their names. Tells the digest of each. */
export async function checkFiles(
  pack: OpenArtifact,
  manifest: PackManifest,
  found: Findings,
): Promise<ReadonlyMap<string, Digest>> {
  const listed = new Map(manifest.files.map(({ path, digest }) => [path, digest]));
  const digests = new Map<string, Digest>();
  const before = found.faults;
  for (const file of pack.files) {
    const { path } = file;
    const digest = await digestOfSource(file);
    digests.set(path, digest);
    if (path === manifestName) continue;
    const expected = listed.get(path);
    listed.delete(path);
    if (expected === undefined) found.bad(`file ${path}: it is none of those that manifest.json lists`);
    else if (digest !== expected) found.bad(`file ${path}: it was changed: it is ${digest}, not ${expected}`);
    const named = /(?:^|\/)(?:policies|evidence)\/([0-9a-f]{64})\.json$/.exec(path)?.[1];
    if (named !== undefined && digest !== `sha256:${named}`)
      found.bad(`file ${path}: it is ${digest}, not what its name says`);
  }
  for (const path of listed.keys()) found.bad(`file ${path}: it is not there`);
  if (found.faults === before) found.ok(`files: ${digests.size - 1}, each as manifest.json lists it`);
  return digests;
}
