import type { FileSource } from "../../contracts/file-source.ts";
import { SluiceError } from "../../core/errors.ts";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { StoredFile } from "../files/file-tree.ts";
import {
  type CommitFilesOptions,
  commitFiles,
  type FilesStatus,
  fileOfVersion,
  filesOfVersion,
  filesStatus,
} from "../files/versioned-files.ts";
import { blobsOfVersion } from "./blobs-of-version.ts";
import { collectGarbage, type GcOptions, type GcResult } from "./collect-garbage.ts";
import type { DatasetCommit } from "./commit.ts";
import type { DatasetVersionsWiring, RefOptions } from "./versions-wiring.ts";
import { makeRef, removeRef } from "./edit-refs.ts";
import { findVersion } from "./find-version.ts";
import { type DiffOptions, diffVersions, type VersionDiff } from "./diff-versions.ts";
import { type EraseOptions, type EraseResult, eraseRows } from "./erase-rows.ts";
import { type MergeOptions, type MergeResult, mergeBranches } from "./merge-branches.ts";
import { type RevertOptions, revertCommit } from "./revert-commit.ts";
import { headRef, mainBranch, tagRef } from "./ref-name.ts";
import { type DatasetRef, type ResolvedRef, resolveRef } from "./resolve-ref.ts";

/** A branch or a tag. */
export interface NamedCommit {
  readonly name: string;
  readonly commit: DatasetCommit;
}

/**
 * The history of datasets: branches, tags and log over the versions of a {@link DatasetRepository}.
 *
 * @example
 * ```ts
 * import { dataset, openWorkspace, rowsSource } from "sluice";
 * import { z } from "zod";
 * const stops = dataset("stops", { schema: z.object({ id: z.number(), at: z.date(), late: z.number() }), eventTime: "at", id: "id" });
 * const row = (id: number, late = 0) => ({ id, at: new Date(1000 * id), late });
 * const ws = await openWorkspace(".sluice");
 * await ws.data.ingest(stops, rowsSource([row(1)]), { message: "January", actor: "ann" });
 * await ws.data.tag("stops", "january");
 * await ws.data.branch("stops", "trial", { from: "january" });
 * const [commit] = await ws.data.log("stops", { branch: "trial" });
 * const names = (await ws.data.branches("stops")).map(({ name }) => name);
 * if (commit?.message !== "January" || names.join() !== "main,trial") throw new Error("one commit, two branches");
 * await ws.close();
 * ```
 */
export class DatasetVersions {
  readonly #wiring: DatasetVersionsWiring;

  constructor(wiring: DatasetVersionsWiring) {
    this.#wiring = wiring;
  }

  /** Makes a branch; no row is copied. Errors: `data/ref-exists`, `data/ref-not-found`, `argument/invalid` for the name. */
  async branch(
    dataset: string,
    name: string,
    options: RefOptions & {
      /** Where it begins. @default "main" */
      readonly from?: DatasetRef;
    } = {},
  ): Promise<DatasetCommit> {
    return await this.#make(dataset, headRef(name), options.from ?? mainBranch, options);
  }

  /** Gives a commit a name that does not move. Errors: `data/ref-exists`, `data/ref-not-found`, `argument/invalid` for the name. */
  async tag(
    dataset: string,
    name: string,
    options: RefOptions & {
      /** What is named. @default "main" */
      readonly at?: DatasetRef;
    } = {},
  ): Promise<DatasetCommit> {
    return await this.#make(dataset, tagRef(name), options.at ?? mainBranch, options);
  }

  /** Removes a branch; what only it kept can be collected from then on. Errors: `data/ref-not-found`, `argument/invalid` for main. */
  async deleteBranch(dataset: string, name: string, options: RefOptions = {}): Promise<void> {
    await removeRef(this.#wiring, { dataset, ref: headRef(name), actor: options.actor ?? "system" });
  }

  /** Removes a tag. Errors: `data/ref-not-found`. */
  async deleteTag(dataset: string, name: string, options: RefOptions = {}): Promise<void> {
    await removeRef(this.#wiring, { dataset, ref: tagRef(name), actor: options.actor ?? "system" });
  }

  /** A dataset's branches by name. */
  branches(dataset: string): Promise<readonly NamedCommit[]> {
    return this.#named(dataset, "heads/");
  }

  /** A dataset's tags by name. */
  tags(dataset: string): Promise<readonly NamedCommit[]> {
    return this.#named(dataset, "tags/");
  }

  /**
   * The commits below a reference, a commit before those it was made from; merged branches included.
   * Errors: `data/ref-not-found`, `argument/invalid`.
   */
  async log(
    dataset: string,
    options: {
      /** @default "main" */
      readonly branch?: DatasetRef;
      /** The most commits to return. @default 100 */
      readonly limit?: number;
    } = {},
  ): Promise<readonly DatasetCommit[]> {
    const limit = options.limit ?? 100;
    if (!(limit >= 1)) {
      throw new SluiceError("argument/invalid", {
        found: `the limit ${limit}`,
        expected: "at least 1",
        fix: "Pass a limit of at least 1, or leave it out.",
      });
    }
    const { commit } = await this.resolve(dataset, options.branch ?? mainBranch);
    const found: DatasetCommit[] = [];
    if (commit === undefined) return found;
    for await (const { generation: _generation, ...next } of this.#wiring.repository.graph.history([commit.id])) {
      found.push(next);
      if (found.length >= limit) break;
    }
    return found;
  }

  /**
   * What a reference stands for: `"main"`, a tag, a digest, each also with `~n` for n commits before, or `{ at: date }` for what the branch
   * was then. Errors: `data/ref-not-found`, `argument/invalid`.
   */
  resolve(dataset: string, ref: DatasetRef): Promise<ResolvedRef> {
    return resolveRef(this.#wiring.repository.graph, dataset, ref);
  }

  /**
   * A version by one text: the digest of a version or commit, a dataset's name for the newest version of main, or `name@ref`.
   * Errors: `data/version-not-found`, `data/ref-not-found`.
   */
  find(text: string): Promise<ResolvedRef> {
    return findVersion(this.#wiring.repository, text);
  }

  /**
   * What differs between two versions, each named as {@link find} takes it: rows added, removed and changed by key, schema and metrics.
   * Errors: as {@link find}; `data/erased`, `data/missing-column`, `blob/corrupt`.
   */
  async diff(before: string, after: string, options: DiffOptions = {}): Promise<VersionDiff> {
    const [old, now] = [await this.find(before), await this.find(after)];
    return await diffVersions(this.#wiring.repository, old.version, now.version, options);
  }

  /**
   * Brings one branch into another by three ways, from where they parted. The gate (the definition's checks and the given ones) runs on the
   * merged rows before the branch moves; its verdicts are kept with the version and the commit.
   *
   * Errors: `data/merge-conflict`, `data/ref-not-found`, `data/version-not-found`, `data/head-moved`, `data/invalid-path` (files whose names
   * only differ by case), `argument/invalid`, `blob/corrupt`; nothing is changed then.
   */
  merge(options: MergeOptions): Promise<MergeResult> {
    return mergeBranches(this.#wiring, options);
  }

  /**
   * Undoes what a commit did to its (first) parent, as a new commit on the branch; later changes stay.
   * Errors: `data/merge-conflict` where later commits changed the same rows, `data/ref-not-found`, `data/head-moved`.
   */
  revert(dataset: string, commit: DatasetRef, options: RevertOptions = {}): Promise<DatasetVersion> {
    return revertCommit(this.#wiring, dataset, commit, options);
  }

  /**
   * Removes the blobs that no ref, run or model needs: rows of deleted branches, of commits that never came to be, of erased versions. Mark
   * and sweep; a commit at the same time, of whichever process, loses nothing whatever the grace period. What other stages have put but
   * not named yet is kept by the grace period alone.
   *
   * Errors: `argument/invalid` where it is not known what else keeps blobs; `io/failed`; the signal's reason.
   */
  gc(options: GcOptions = {}): Promise<GcResult> {
    return collectGarbage(this.#wiring, options);
  }

  /**
   * Makes the files of a place (images, models) the newest version of a dataset, in the same store as tables: equal content is stored once, and a
   * file with the stamp it had is not read again. Branches, diffs and merges are by path. Where nothing has changed nothing is committed.
   *
   * Errors: `data/invalid-path` for names that leave the folder, occur twice or differ only by case, and for links; `argument/invalid` for a
   * dataset of rows; `data/ref-not-found`, `data/head-moved`, `io/failed`, `io/disk-full`.
   */
  commitFiles(dataset: string, source: FileSource, options: CommitFilesOptions = {}): Promise<DatasetVersion> {
    return commitFiles(this.#wiring, dataset, source, options);
  }

  /** How the files of a place differ from a branch's newest version; unchanged files are not read. Errors: as {@link commitFiles}. */
  status(
    dataset: string,
    source: FileSource,
    options: WorkOptions & {
      /** @default "main" */
      readonly branch?: string;
    } = {},
  ): Promise<FilesStatus> {
    return filesStatus(this.#wiring, dataset, source, options);
  }

  /**
   * The files of a version, named as {@link find} takes it, sorted by path. Errors: as {@link find}; `argument/invalid` for rows;
   * `data/invalid-path` where another writer stored a path that leads out of a folder.
   */
  async files(version: string): Promise<readonly StoredFile[]> {
    return await filesOfVersion(this.#wiring, (await this.find(version)).version);
  }

  /**
   * The bytes of one file of a version, verified. Errors: as {@link files}; `data/version-not-found` for an unknown path; `blob/corrupt`
   * and `blob/not-found`, naming dataset, version, path and blob.
   */
  async file(version: string, path: string): Promise<Uint8Array> {
    return await fileOfVersion(this.#wiring, await this.find(version), path);
  }

  /**
   * Erases rows (a person's, on request) from every version of a dataset that the store still has, and of its quarantine: each is rewritten
   * without them and replaced in branches, tags and log at once; then the old blobs are purged that nothing else needs. Lineage, runs and
   * models keep naming the old version, which now is a tombstone: reading it is `data/erased` with the version that took its place, which is
   * kept as long as the old one is named. Copies outside the dataset (exports, features, other datasets, models that were trained on the rows)
   * are not reached. Where the process dies before the purge, the next `erase` or `gc` completes it.
   *
   * Errors: `argument/invalid`, `data/missing-column`, `data/head-moved`, `blob/corrupt`, `blob/not-found` for a version that is needed and
   * cannot be read, the signal's reason. The dataset comes before its quarantine: of these two, the one where it failed is as it was.
   */
  erase(dataset: string, options: EraseOptions): Promise<EraseResult> {
    return eraseRows(this.#wiring, dataset, options);
  }

  /** The version, if its checks have passed: what may be trained on. Errors: `data/not-validated` with the reason, `data/version-not-found`. */
  async requireValidated(version: string): Promise<DatasetVersion> {
    const { repository } = this.#wiring;
    const found = await this.find(version);
    const { validated, reason } = await repository.validation(found.version);
    if (validated) return await repository.version(found.version);
    throw new SluiceError("data/not-validated", {
      found: `dataset version ${found.version}: ${reason}`,
      expected: "a version whose completeness and distribution checks have passed",
      fix: "Declare the checks on the dataset and ingest the rows, or repair what they found.",
    });
  }

  async #make(
    dataset: string,
    ref: Parameters<typeof makeRef>[1]["ref"],
    at: DatasetRef,
    { actor = "system" }: RefOptions,
  ): Promise<DatasetCommit> {
    const { commit } = await this.resolve(dataset, at);
    if (commit === undefined) {
      throw new SluiceError("data/ref-not-found", {
        found: `no commit of dataset "${dataset}" that led to ${JSON.stringify(at)}`,
        expected: "a branch, a tag, a commit, or a version that was committed",
        fix: `List them: log("${dataset}").`,
      });
    }
    const { repository } = this.#wiring;
    await makeRef(this.#wiring, { dataset, ref, actor }, commit.id, async () => {
      const { blobs } = await blobsOfVersion(repository, commit.version);
      return blobs;
    });
    return commit;
  }

  async #named(dataset: string, prefix: "heads/" | "tags/"): Promise<readonly NamedCommit[]> {
    const { graph } = this.#wiring.repository;
    const refs = (await graph.refs(dataset)).filter(({ name }) => name.startsWith(prefix));
    const commits = new Map(
      (await graph.commits(refs.map(({ commit }) => commit))).map((commit) => [commit.id, commit]),
    );
    return refs.flatMap(({ name, commit }) => {
      const found = commits.get(commit);
      return found === undefined ? [] : [{ name: name.slice(prefix.length), commit: found }];
    });
  }
}
