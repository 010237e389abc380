import type { Artifact, ArtifactContent, ArtifactStore } from "../../contracts/artifact.ts";
import type { ArtifactLimits } from "../../contracts/artifact-scan.ts";
import type { Digest } from "../../core/digest.ts";
import { scanArtifact, withDefaults } from "./scan/scan-artifact.ts";

/** How many artifacts are remembered as looked at: the same bytes need it once a process. */
const remembered = 256;

/**
 * An {@link ArtifactStore} that looks at what goes in and at what comes out, and refuses what is not only data. The bytes that a digest names never change, so
 * they are looked at once a process, and their digests at every reading.
 */
export class ScannedArtifactStore implements ArtifactStore {
  readonly #store: ArtifactStore;
  readonly #limits: ArtifactLimits;
  readonly #seen = new Set<Digest>();

  /** Errors: `argument/invalid` for limits that are none. */
  constructor(store: ArtifactStore, limits: ArtifactLimits = {}) {
    this.#store = store;
    this.#limits = withDefaults(limits);
  }

  /** Errors: `artifact/refused`, `artifact/too-large`, `artifact/invalid-name`: nothing is stored then. */
  async put(content: ArtifactContent): Promise<Artifact> {
    await scanArtifact(content, this.#limits);
    return await this.#store.put(content);
  }

  /** Errors: as `put`, and the store's. */
  async get(digest: Digest): Promise<ArtifactContent> {
    const content = await this.#store.get(digest);
    if (this.#seen.has(digest)) return content;
    await scanArtifact(content, this.#limits);
    if (this.#seen.size >= remembered) this.#seen.clear();
    this.#seen.add(digest);
    return content;
  }
}
