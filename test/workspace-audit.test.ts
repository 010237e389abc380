import { expect, test } from "vitest";
import { openWorkspace } from "../src/open-workspace.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

test("a workspace's audit log is read by subject and by kind, as the log itself is; what it does not know is refused", async () => {
  await using ws = await openWorkspace({ path: temporaryFolder() });
  const act = { actor: "ada", body: {} };
  await ws.audit.record({ ...act, kind: "host.looked", subject: "delay" });
  await ws.audit.record({ ...act, kind: "host.signed", subject: "delay" });
  const indices = async (options: Parameters<typeof ws.audit>[0]) =>
    (await ws.audit(options)).map(({ index }) => index);
  expect(await indices({ subject: "delay" })).toEqual([0, 1]);
  expect(await indices({ kind: "host.signed" })).toEqual([1]);
  expect(await indices({ kind: "host.looked", fromIndex: 1, limit: 5 })).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript passes
  await expect(ws.audit({ knd: "host.signed" } as any)).rejects.toMatchObject({ code: "argument/invalid" });
});
