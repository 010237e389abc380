import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isSluiceError, type SluiceError } from "../../src/core/errors.ts";
import { makeChampion, openRegistry, passedRollout, type RegistryFixture } from "../registry/registry-fixture.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";

let open: RegistryFixture;
beforeEach(async () => {
  open = await openRegistry();
  await makeChampion(open, await open.registerSkill(0.8));
});
afterEach(async () => {
  await open.close();
});

/** Loading must be refused; the answer is the error. */
async function refusal(): Promise<SluiceError> {
  try {
    await open.registry.champion("delay");
  } catch (error) {
    if (isSluiceError(error)) return error;
    throw error;
  }
  throw new Error("a changed store was served");
}

/** Changes a value's characters one at a time (all of a short one, every 7th of a long one) and expects each to be refused. */
async function everyByte(table: string, column: string, where: ReturnType<typeof sql>, named: RegExp): Promise<void> {
  const [row] = await rowsOf(
    open.metadata,
    sql`select ${sql.ref(column)} as value from ${sql.table(table)} where ${where}`,
  );
  const value = row?.["value"];
  if (typeof value !== "string") throw new Error(`${table}.${column} is no text`);
  const [{ id } = { id: null }] = await rowsOf(
    open.metadata,
    sql`select rowid as id from ${sql.table(table)} where ${where}`,
  );
  const set = (text: string): Promise<void> =>
    editStore(open.metadata, sql`update ${sql.table(table)} set ${sql.ref(column)} = ${text} where rowid = ${id}`);
  const step = value.length > 150 ? 7 : 1;
  for (let at = 0; at < value.length; at += step) {
    const other = value[at] === "x" ? "y" : "x";
    await set(value.slice(0, at) + other + value.slice(at + 1));
    const error = await refusal();
    expect(error.message, `${table}.${column} at ${at}: ${error.message}`).toMatch(named);
  }
  for (const longer of [`${value} `, ` ${value}`]) {
    await set(longer);
    expect((await refusal()).message).toMatch(named);
  }
  await set(value);
  expect((await open.registry.champion("delay")).version.version).toBe(1);
}

const certified = sql`digest = (select certificate from registry_version where model = 'delay' and version = 1)`;
const promotedRecord = sql`position = (select max(position) from audit_events where subject = 'delay@1')`;

test("any byte of the certificate", async () => {
  await everyByte("registry_certificate", "body", certified, /certificate/);
  await everyByte("registry_certificate", "signature", certified, /certificate\/invalid.*signature/);
  await everyByte(
    "registry_certificate",
    "key_id",
    certified,
    /certificate\/(?:unknown-key|invalid).*certificate.* of delay@1.*key/,
  );
  await everyByte("registry_certificate", "digest", certified, /certificate\/missing/);
});

test("any byte of the version's record", async () => {
  const row = sql`model = 'delay'`;
  await everyByte("registry_version", "body", row, /version delay@1 was changed/);
  await everyByte("registry_version", "signature", row, /version delay@1 was changed/);
  await everyByte("registry_version", "key_id", row, /version delay@1(?:, signed by key| was changed)/);
  await everyByte("registry_version", "stage", row, /alias "champion"|version delay@1 was changed/);
  await everyByte("registry_version", "certificate", row, /certificate|version delay@1 was changed/);
  await everyByte("registry_version", "model", row, /alias "champion"/);
});

test("any byte of an alias", async () => {
  const row = sql`alias = 'champion'`;
  await everyByte("registry_alias", "alias", row, /alias "champion"/);
  await everyByte("registry_alias", "model", row, /alias "champion"/);
  for (const version of [0, 2, -1]) {
    await editStore(open.metadata, sql`update registry_alias set version = ${version}`);
    expect((await refusal()).message).toMatch(/alias "champion"/);
  }
  await editStore(open.metadata, sql`delete from registry_alias`);
  expect((await refusal()).message).toMatch(/alias "champion" points at nothing/);
});

test("any byte of where the model's versions stand", async () => {
  const row = sql`model = 'delay'`;
  for (const column of ["body", "signature", "key_id", "model"])
    await everyByte("registry_standing", column, row, /standing of the model "delay"/);
  await everyByte("registry_standing_block", "body", row, /standing of the model "delay".*its block 0 is another/);
  await everyByte("registry_standing_block", "model", row, /standing of the model "delay".*its block 0 is gone/);
});

test("any byte of the audit record that names the certificate", async () => {
  await everyByte("audit_events", "record", promotedRecord, /audit/);
  await everyByte("audit_events", "hash", promotedRecord, /audit/);
  await everyByte("audit_events", "kind", promotedRecord, /audit/);
  await everyByte("audit_events", "subject", promotedRecord, /audit/);
  await editStore(open.metadata, sql`update audit_events set position = position + 10 where ${promotedRecord}`);
  expect((await refusal()).message).toMatch(/audit/);
});

test("any byte of the artifact on disk", async () => {
  const folder = join(open.folder, "blobs");
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const served = (await open.registry.champion("delay")).artifact.files.map((file) =>
    new TextDecoder().decode(file.bytes),
  );
  let tried = 0;
  for (const entry of names) {
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    if (!served.includes(bytes.toString())) continue;
    for (let at = 0; at < bytes.length; at += 5) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await writeFile(path, changed);
      expect((await refusal()).code).toBe("artifact/corrupt");
      tried++;
    }
    await writeFile(path, bytes);
  }
  expect(tried).toBeGreaterThan(3);
  expect((await open.registry.champion("delay")).version.version).toBe(1);
});

test("a revision and a challenger alias", async () => {
  await editStore(open.metadata, sql`update registry_version set revision = revision + 1`);
  expect((await refusal()).message).toMatch(/revision/);
  await editStore(open.metadata, sql`update registry_version set revision = revision - 1`);
  const challenger = await open.registerSkill(1);
  open.others.rollout = passedRollout(2, 1);
  for (const to of ["staging", "candidate"] as const)
    await open.registry.promote(challenger, to, { actor: "ada", reason: "r" });
  await editStore(open.metadata, sql`update registry_alias set version = 1 where alias = 'challenger'`);
  await expect(open.registry.aliases("delay")).rejects.toThrow(/alias "challenger" points at 1/);
});

test("verifyAudit names every other edited, deleted or reordered record", async () => {
  const { events } = await open.ledger.audit.verify();
  for (let index = 0; index < events; index++) {
    const [row] = await rowsOf(open.metadata, sql`select record from audit_events where position = ${index}`);
    const record = String(row?.["record"]);
    await editStore(
      open.metadata,
      sql`update audit_events set record = ${record.replace('"actor":"', '"actor":"x')} where position = ${index}`,
    );
    expect(await open.ledger.audit.verify()).toMatchObject({ valid: false, firstBroken: index });
    expect(await open.ledger.audit.intact(index)).toBe(false);
    await editStore(open.metadata, sql`update audit_events set record = ${record} where position = ${index}`);
    expect(await open.ledger.audit.intact(index)).toBe(true);
  }
  expect(await open.ledger.audit.intact(events)).toBe(false);
  await editStore(open.metadata, sql`delete from audit_events where position = 1`);
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: false, firstBroken: 1 });
});
