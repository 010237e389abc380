import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { CommitGraph } from "./commit-graph.ts";
import type { GraphTables } from "./graph-migration.ts";
import { setRef } from "./move-branch.ts";
import { headRef, mainBranch, type RefName } from "./ref-name.ts";
import { blobsStand, sweepEpoch, sweepLock } from "./sweep-guard.ts";
import { commitCollected } from "./version-errors.ts";

/** Where refs are written. */
export interface RefStores {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
}

/** A ref that is to be made or removed. */
export interface RefEdit {
  readonly dataset: string;
  readonly ref: RefName;
  readonly actor: string;
}

/**
 * Makes a ref at a commit. Making it again at the same commit changes nothing. Where no other ref stands at the commit its blobs are looked
 * for first: it may be on its way out. Errors: `data/ref-exists` where the ref stands elsewhere, `data/version-not-found`.
 */
export async function makeRef(
  stores: RefStores,
  edit: RefEdit,
  commit: Digest,
  blobsOf: () => Promise<Iterable<Digest>>,
): Promise<void> {
  let epoch: number | undefined;
  for (;;) {
    const made = await stores.metadata.write(async (tx) => {
      await lock(tx, edit.dataset);
      const refs = (await new CommitGraph(tx).refs(edit.dataset)).filter((ref) => ref.commit === commit);
      const known = refs.length > 0 || (epoch !== undefined && epoch === (await sweepEpoch(tx.sql)));
      if (!known) return false;
      const there = await new CommitGraph(tx).tip(edit.dataset, edit.ref);
      if (there?.id === commit) return true;
      if (there !== undefined) throw taken(edit, there.id);
      await setRef(tx, edit.dataset, edit.ref, commit);
      await record(tx, stores, edit, "dataset.ref-made", commit);
      return true;
    });
    if (made) return;
    const found = await blobsStand(stores.metadata, stores.blobs, await blobsOf());
    if (!found.stand) throw commitCollected(edit.dataset, commit);
    epoch = found.epoch;
  }
}

function taken({ dataset, ref }: RefEdit, at: Digest): SluiceError {
  return new SluiceError("data/ref-exists", {
    found: `${ref} of dataset "${dataset}" at commit ${at}`,
    expected: "a name that is free",
    fix: "Choose another name, or delete the old one first.",
  });
}

/** Removes a ref; what only it kept can be collected from then on. Errors: `data/ref-not-found`, `argument/invalid` for the branch main. */
export async function removeRef(stores: RefStores, edit: RefEdit): Promise<void> {
  if (edit.ref === headRef(mainBranch)) {
    throw new SluiceError("argument/invalid", {
      found: `the branch "${mainBranch}" to be deleted`,
      expected: "another branch: every dataset keeps this one",
      fix: "Revert its commits, or erase rows, instead.",
    });
  }
  await stores.metadata.write(async (tx) => {
    await lock(tx, edit.dataset);
    const there = await new CommitGraph(tx).tip(edit.dataset, edit.ref);
    if (there === undefined) {
      throw new SluiceError("data/ref-not-found", {
        found: `no ${edit.ref} of dataset "${edit.dataset}"`,
        expected: "a branch or tag that was made",
        fix: `List them: branches("${edit.dataset}"), tags("${edit.dataset}").`,
      });
    }
    await tx.sql
      .withTables<GraphTables>()
      .deleteFrom("data_ref")
      .where("dataset", "=", edit.dataset)
      .where("name", "=", edit.ref)
      .execute();
    await record(tx, stores, edit, "dataset.ref-removed", there.id);
  });
}

async function lock(tx: MetadataTransaction, dataset: string): Promise<void> {
  await tx.lock(sweepLock);
  await tx.lock(`data:${dataset}`);
}

async function record(
  tx: MetadataTransaction,
  { ledger }: RefStores,
  { dataset, ref, actor }: RefEdit,
  kind: string,
  commit: Digest,
): Promise<void> {
  await ledger.changes.publish(tx, kind, { dataset, ref, commit });
  await ledger.audit.append(tx, { kind, subject: dataset, actor, body: { ref, commit } });
}
