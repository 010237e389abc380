import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { governedWorkspace } from "../../test/support/governed-workspace.ts";

// Events of an audit log from one position to another: commits, what the host recorded about the model, and rollout steps of another one. With the first comes the
// workspace that they are of, in which a model was governed.

const [folder = "", from = "", to = ""] = process.argv.slice(2);
const text = "as it was decided, with reasons that somebody wrote down at length; ".repeat(8);
if (Number(from) === 0) await (await governedWorkspace(folder)).ws.close();
const metadata = sqliteMetadata({ path: `${folder}/workspace/metadata.sqlite` });
const audit = new SqlAuditLog({ metadata, clock: systemClock });
for (let start = Number(from); start < Number(to); start += 1000) {
  await metadata.write(async (tx) => {
    for (let i = start; i < Math.min(Number(to), start + 1000); i++) {
      const body = { text, i };
      if (i % 20 < 9) await audit.append(tx, { kind: "dataset.committed", subject: "flights", actor: "system", body });
      else if (i % 20 < 18)
        await audit.append(tx, {
          kind: "host.seen",
          subject: "case",
          actor: "system",
          body: { ...body, model: "delay" },
        });
      else await audit.append(tx, { kind: "rollout.advanced", subject: "other@1", actor: "system", body });
    }
  });
}
await metadata.close();
