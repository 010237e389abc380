import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { digestOf } from "../../src/core/digest.ts";
import type { PackManifest } from "../../src/workflows/governance/pack-record.ts";
import { editStore, sql } from "../support/edit-store.ts";
import { governedWorkspace } from "../support/governed-workspace.ts";
import { sluice } from "./command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-audit-cli-"));
const env = { SLUICE_KEY_FILE: join(folder, "key.pem") };

beforeAll(async () => {
  const { ws } = await governedWorkspace(folder);
  await ws.close();
  mkdirSync(join(folder, "parts"));
  writeFileSync(join(folder, "parts/annex-iv.5.md"), "---\nauthor: ada\n---\nRisks are reviewed each quarter.\n");
  writeFileSync(join(folder, "before.csv"), "name,leadTimeHours\na,500\nb,700\nc,900\n");
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(path, name)).isFile())
    .map((name) => name.replaceAll("\\", "/"))
    .sort();
}

test("one command writes the whole pack: every file is as the manifest says, parts and baseline are in it", async () => {
  const args = [
    "audit",
    "--workspace",
    "workspace",
    "--model",
    "delay",
    "--out",
    "pack",
    "--parts",
    "parts",
    "--baseline",
    "before.csv",
  ];
  const said = await sluice(folder, args, { env });
  expect(said.err).toBe("");
  expect(said.code).toBe(0);
  expect(said.out).toMatch(
    /Audit pack of delay: \d+ files, \d+ KiB\n {2}audit log: \d+ events, verified\n {2}written to .*pack in [\d.]+(?:ms|s)/,
  );
  const manifest: PackManifest = JSON.parse(readFileSync(join(folder, "pack/manifest.json"), "utf8"));
  expect(filesBelow(join(folder, "pack"))).toEqual([...manifest.files.map(({ path }) => path), "manifest.json"].sort());
  for (const { path, digest } of manifest.files)
    expect(digestOf(readFileSync(join(folder, "pack", path), "utf8")), path).toBe(digest);
  const documentation = readFileSync(join(folder, "pack/models/delay/documentation-v1.md"), "utf8");
  expect(documentation).toContain("> Risks are reviewed each quarter.");
  expect(readFileSync(join(folder, "pack/models/delay/delivery.md"), "utf8")).toContain("p50 29.2d (3 cases");
});

test("without the key that it was signed with a workspace is not audited, and no key is made", async () => {
  const missing = { SLUICE_KEY_FILE: join(folder, "nowhere.pem") };
  const said = await sluice(folder, ["audit", "--workspace", "workspace", "--out", "keyless"], { env: missing });
  expect(said).toMatchObject({ code: 2, out: "", err: expect.stringContaining("no key file at") });
  expect(said.err).toContain("Set SLUICE_KEY_FILE to it");
  expect(existsSync(missing.SLUICE_KEY_FILE)).toBe(false);
  expect(existsSync(join(folder, "keyless"))).toBe(false);
});

test("nothing is overwritten; a folder that is no workspace is not made one; an unknown model is refused", async () => {
  const again = await sluice(folder, ["audit", "--workspace", "workspace", "--out", "pack"], { env });
  expect(again).toMatchObject({ code: 2, out: "", err: expect.stringContaining("nothing is overwritten") });
  const nowhere = await sluice(folder, ["audit", "--workspace", "parts"], { env });
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining("no workspace at") });
  expect(readdirSync(join(folder, "parts"))).toEqual(["annex-iv.5.md"]);
  const unknown = await sluice(folder, ["audit", "--workspace", "workspace", "--model", "other", "--out", "x"], {
    env,
  });
  expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("one of delay") });
  expect(existsSync(join(folder, "x"))).toBe(false);
});

test("a module can open the workspace, and the manifest is printed as JSON", async () => {
  const door = new URL("../../src/index.ts", import.meta.url).href;
  writeFileSync(
    join(folder, "open.ts"),
    `import { openWorkspace } from ${JSON.stringify(door)}; export default () => openWorkspace(${JSON.stringify(join(folder, "workspace"))});`,
  );
  const said = await sluice(folder, ["audit", "--workspace", "open.ts", "--out", "second", "--json"], { env });
  expect(said.code).toBe(0);
  expect(JSON.parse(said.out)).toMatchObject({ folder: join(folder, "second"), manifest: { models: ["delay"] } });
});

test("of a log that was edited the pack is the verdict, and the command answers 1", async () => {
  const metadata = sqliteMetadata({ path: join(folder, "workspace/metadata.sqlite") });
  await editStore(
    metadata,
    sql`UPDATE audit_events SET record = replace(record, 'ready', 'later') WHERE kind = 'version.promoted'`,
  );
  await metadata.close();
  const said = await sluice(folder, ["audit", "--workspace", "workspace", "--out", "broken"], { env });
  expect(said.code).toBe(1);
  expect(said.out).toContain("DOES NOT VERIFY");
  expect(filesBelow(join(folder, "broken"))).toEqual(["README.md", "manifest.json", "verdict.json"]);
});
