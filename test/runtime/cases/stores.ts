import { memoryOffline } from "../../../src/backends/arrow/memory-offline-store.ts";
import { memoryOnline } from "../../../src/backends/memory/memory-online-store.ts";
import { memoryVectors } from "../../../src/backends/memory/memory-vector-store.ts";
import { sqliteOnline } from "../../../src/backends/sqlite/sqlite-online-store.ts";
import type { ContractCase } from "../../../src/testing/contract-case.ts";
import { offlineContract } from "../../../src/testing/offline-contract.ts";
import { onlineContract } from "../../../src/testing/online-contract.ts";
import { vectorContract } from "../../../src/testing/vector-contract.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** A suite as cases: each takes a fresh store, which is closed whatever comes. */
function onRuntime<S extends { close(): Promise<void> }>(
  title: string,
  suite: readonly ContractCase<S>[],
  open: (folder: string) => S,
): readonly RuntimeCase[] {
  return suite.map(({ name, run }) => ({
    name: `${title}: ${name}`,
    run: async ({ tempDir }) => {
      const store = open(tempDir);
      try {
        await run(store);
      } finally {
        await store.close();
      }
      return undefined;
    },
  }));
}

/** The contract suites of the stores of features. */
export const cases: readonly RuntimeCase[] = [
  ...onRuntime("online on SQLite", onlineContract, (folder) => sqliteOnline({ path: `${folder}/online.sqlite` })),
  ...onRuntime("online in memory", onlineContract, () => memoryOnline()),
  ...onRuntime("offline in memory", offlineContract, () => memoryOffline()),
  ...onRuntime("vectors in memory", vectorContract, () => memoryVectors()),
];
