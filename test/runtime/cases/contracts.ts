import { memoryOffline } from "../../../src/backends/arrow/memory-offline-store.ts";
import { fsBlobs } from "../../../src/backends/fs/fs-blob-store.ts";
import { memoryBlobs } from "../../../src/backends/memory/memory-blob-store.ts";
import { memoryOnline } from "../../../src/backends/memory/memory-online-store.ts";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import { sqliteOnline } from "../../../src/backends/sqlite/sqlite-online-store.ts";
import type { MetadataStore } from "../../../src/contracts/metadata-store.ts";
import { auditContract } from "../../../src/testing/audit-contract.ts";
import { blobContract } from "../../../src/testing/blob-contract.ts";
import type { ContractCase } from "../../../src/testing/contract-case.ts";
import { metadataContract } from "../../../src/testing/metadata-contract.ts";
import { offlineContract } from "../../../src/testing/offline-contract.ts";
import { onlineContract } from "../../../src/testing/online-contract.ts";
import { auditSubject } from "../../support/audit-subject.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** Makes a fresh subject in a folder, hands it on, and closes it. */
type WithSubject<S> = (folder: string, run: (subject: S) => Promise<void>) => Promise<void>;

function onRuntime<S>(
  title: string,
  suite: readonly ContractCase<S>[],
  withSubject: WithSubject<S>,
): readonly RuntimeCase[] {
  return suite.map(({ name, run }) => ({
    name: `${title}: ${name}`,
    run: async ({ tempDir }) => {
      await withSubject(tempDir, run);
      return undefined;
    },
  }));
}

async function closing<S extends { close(): Promise<void> }>(
  store: S,
  work: (store: S) => Promise<void>,
): Promise<void> {
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

/** Every port's contract on each embedded backend. */
export const cases: readonly RuntimeCase[] = [
  ...onRuntime("metadata on SQLite", metadataContract, async (folder, run) => {
    const another = (): MetadataStore => sqliteMetadata({ path: `${folder}/metadata.sqlite` });
    await closing(another(), async (store) => await run({ store, another }));
  }),
  ...onRuntime("audit on SQLite", auditContract, async (folder, run) => {
    const store = sqliteMetadata({ path: `${folder}/metadata.sqlite` });
    await closing(store, async () => await run(await auditSubject(store)));
  }),
  ...onRuntime("blobs in files", blobContract, async (folder, run) => await run(fsBlobs({ path: `${folder}/blobs` }))),
  ...onRuntime("blobs in memory", blobContract, async (_, run) => await run(memoryBlobs())),
  ...onRuntime("online on SQLite", onlineContract, async (folder, run) => {
    await closing(sqliteOnline({ path: `${folder}/online.sqlite` }), run);
  }),
  ...onRuntime("online in memory", onlineContract, async (_, run) => await closing(memoryOnline(), run)),
  ...onRuntime("offline in memory", offlineContract, async (_, run) => await closing(memoryOffline(), run)),
];
