import { SluiceError } from "../../core/errors.ts";
import type { DatasetRepository } from "../dataset-repository.ts";
import { type ResolvedRef, resolveRef } from "./resolve-ref.ts";

/**
 * A version by one text: the digest of a version or commit, a dataset's name for the newest version of main, or `name@ref`.
 * Errors: `data/version-not-found`, `data/ref-not-found`.
 */
export async function findVersion(repository: DatasetRepository, text: string): Promise<ResolvedRef> {
  const { graph } = repository;
  const at = text.indexOf("@");
  if (at > 0) return await resolveRef(graph, text.slice(0, at), text.slice(at + 1));
  const [commit] = (await graph.commits([text])) ?? [];
  if (commit !== undefined) return { dataset: commit.dataset, version: commit.version, commit };
  if (text.startsWith("sha256:")) {
    const { dataset, digest } = await repository.version(text as `sha256:${string}`);
    return { dataset, version: digest, commit: await graph.commitOf(digest) };
  }
  const tip = await repository.tip(text);
  if (tip !== undefined) return { dataset: text, version: tip.version, commit: tip };
  throw new SluiceError("data/version-not-found", {
    found: `no version of dataset "${text}"`,
    expected: "a digest, the name of a dataset with a version, or name@ref",
    fix: "Check the name, or ingest some rows.",
  });
}
