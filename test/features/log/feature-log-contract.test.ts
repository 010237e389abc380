import { join } from "node:path";
import { test } from "vitest";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import { SqlFeatureLog } from "../../../src/features/log/sql-feature-log.ts";
import { featuresMigrations } from "../../../src/features/store/features-migrations.ts";
import { featureLogContract } from "../../../src/testing/feature-log-contract.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

for (const { name, run } of featureLogContract) {
  test(`contract: ${name}`, async () => {
    const metadata = sqliteMetadata({ path: join(temporaryFolder(), "meta.db") });
    try {
      await metadata.migrate([featuresMigrations]);
      await run(new SqlFeatureLog(metadata));
    } finally {
      await metadata.close();
    }
  });
}
