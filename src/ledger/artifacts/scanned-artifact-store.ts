import type {
  Artifact,
  ArtifactContent,
  ArtifactStore,
  OpenArtifact,
  StoredArtifact,
} from "../../contracts/artifact.ts";
import type { ArtifactLimits } from "../../contracts/artifact-scan.ts";
import type { Digest } from "../../core/digest.ts";
import { opened, openStored, putOpen } from "./open-artifact.ts";
import { withDefaults } from "./scan/artifact-limits.ts";

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
    await this.#look(opened(content));
    return await this.#store.put(content);
  }

  /** Errors: as `put`, and the store's. */
  async putFrom(content: OpenArtifact): Promise<Artifact> {
    await this.#look(content);
    return await putOpen(this.#store, content);
  }

  /** Errors: as `put`, and the store's. */
  async get(digest: Digest): Promise<ArtifactContent> {
    const content = await this.#store.get(digest);
    await this.#lookOnce(digest, opened(content));
    return content;
  }

  /** Errors: as `put`, and the store's. */
  async open(digest: Digest): Promise<StoredArtifact> {
    const content = await openStored(this.#store, digest);
    await this.#lookOnce(digest, content);
    return content;
  }

  async #lookOnce(digest: Digest, content: OpenArtifact): Promise<void> {
    if (this.#seen.has(digest)) return;
    await this.#look(content);
    if (this.#seen.size >= remembered) this.#seen.clear();
    this.#seen.add(digest);
  }

  async #look(content: OpenArtifact): Promise<void> {
    const { scanOpen } = await import("./scan/scan-artifact.ts");
    await scanOpen(content, this.#limits);
  }
}
