import pg from "pg";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { BlobStore } from "../../src/contracts/blob-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import { join } from "node:path";
import { type OpenData, openData } from "../data/open-data.ts";

/** Where several processes keep one data stage: blobs in a folder, metadata there too or in a schema of a Postgres server. */
export interface DataPlace {
  readonly folder: string;
  readonly postgres?: { readonly url: string; readonly schema: string };
}

/** What lies between the data stage and its stores. */
export interface StoreLayers {
  readonly metadata: (store: MetadataStore) => MetadataStore;
  readonly blobs: (store: BlobStore) => BlobStore;
}

/** Opens the data stage at a place. */
export async function openAt({ folder, postgres }: DataPlace, layers?: StoreLayers): Promise<OpenData> {
  const pool = postgres && new pg.Pool({ connectionString: postgres.url, max: 3 });
  const metadata = (): MetadataStore => {
    const store =
      pool === undefined || postgres === undefined
        ? sqliteMetadata({ path: join(folder, "metadata.sqlite") })
        : postgresMetadata({ pool, schema: postgres.schema });
    return layers?.metadata(store) ?? store;
  };
  const files = fsBlobs({ path: join(folder, "blobs") });
  const open = await openData(folder, { metadata, blobs: layers?.blobs(files) ?? files });
  const close = async (): Promise<void> => {
    await open.close();
    await pool?.end();
  };
  return { ...open, close };
}
