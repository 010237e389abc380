import type { Digest } from "../core/digest.ts";
import { startSha256 } from "../core/platform.ts";
import { runSteps, type Steps } from "../core/turns.ts";
import { partChunks } from "./encode-part.ts";
import type { Table } from "./table.ts";

/**
 * The digest of a table's content: column names and order, cell types, values and states. The order of dictionaries does not matter,
 * nor do values under nulls. It is the digest of the table's part bytes.
 */
export function tableDigest(table: Table): Digest {
  return runSteps(tableDigestSteps(table));
}

/** {@link tableDigest}, in steps. */
export function* tableDigestSteps(table: Table): Steps<Digest> {
  const hash = startSha256();
  for (const chunk of partChunks(table)) {
    hash.update(chunk);
    yield;
  }
  return `sha256:${hash.hex()}`;
}
