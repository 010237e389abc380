import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { AuditSearch } from "../../src/contracts/audit-trail.ts";
import type { AuditAnchor } from "../../src/contracts/audit-anchor.ts";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import { verifyConsistency, verifyInclusion } from "../../src/ledger/trail/audit-proofs.ts";
import { AuditTrail } from "../../src/ledger/trail/audit-trail.ts";
import { blobAnchor } from "../../src/ledger/trail/blob-anchor.ts";
import { verifyCheckpoint } from "../../src/ledger/trail/checkpoint-text.ts";
import { openTrail } from "../support/audit-trail.ts";
import { rowsOf, sql } from "../support/edit-store.ts";

test("an empty log has no checkpoint; an unchanged one is not signed twice; each names the one before", async () => {
  const { trail, append, metadata, verifier, anchorPath } = await openTrail();
  expect(await trail.checkpoint()).toBeUndefined();
  await append(3);
  const first = await trail.checkpoint();
  expect(first?.body).toMatchObject({ kind: "audit-checkpoint", schema: 1, size: 3, previous: null });
  expect(await trail.checkpoint()).toEqual(first);
  await append(2);
  const second = await trail.checkpoint();
  expect(second?.body).toMatchObject({ size: 5, previous: first?.digest, log: first?.body.log });
  expect(await trail.checkpoints()).toEqual([first, second]);
  expect(await verifyCheckpoint(JSON.parse(JSON.stringify(second)), verifier)).toEqual({
    valid: true,
    checkpoint: second,
  });
  expect(
    (await readFile(anchorPath, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([first, second]);
  expect(await trail.verify()).toMatchObject({
    valid: true,
    events: 5,
    checkpoints: 2,
    anchors: [{ name: "file", checkpoints: 2, events: 5 }],
    unanchored: 0,
    warnings: [],
  });
  await append(1);
  expect(await trail.verify()).toMatchObject({ valid: true, events: 6, unanchored: 1 });
  await metadata.close();
});

test("one decision of 700 is proved by a small text, verified offline; any change of it is refused", async () => {
  const { trail, append, metadata, verifier } = await openTrail();
  await append(700);
  const proof = await trail.prove(321);
  const text = JSON.stringify(proof);
  expect(text.length).toBeLessThan(3000);
  await metadata.close();
  const verdict = await verifyInclusion(JSON.parse(text), verifier);
  expect(verdict).toMatchObject({ valid: true, record: { index: 321, subject: "thing@321", actor: "ada" } });
  const changed: readonly object[] = [
    { ...proof, index: 322 },
    { ...proof, record: proof.record.replace("ada", "eve") },
    { ...proof, path: proof.path.slice(1) },
    { ...proof, path: proof.path.toReversed() },
    { ...proof, path: [...proof.path, proof.path[0]] },
    { ...proof, path: "none" },
    { ...proof, schema: 2 },
    { ...proof, checkpoint: { ...proof.checkpoint, body: { ...proof.checkpoint.body, size: 701 } } },
    { ...proof, checkpoint: { ...proof.checkpoint, keyId: "0000000000000000" } },
    { ...proof, checkpoint: undefined },
    {},
  ];
  for (const forged of changed) expect(await verifyInclusion(forged, verifier)).toMatchObject({ valid: false });
});

test("checkpoints are proved to continue each other, over remembered tiles too; edited tiles are computed afresh", async () => {
  const { trail, append, metadata, verifier } = await openTrail();
  const taken = [];
  for (const count of [1, 255, 1, 300, 43]) {
    await append(count);
    taken.push(await trail.checkpoint());
  }
  expect(await rowsOf(metadata, sql`select tile from audit_tiles order by tile`)).toEqual([{ tile: 0 }, { tile: 1 }]);
  for (const to of taken)
    for (const from of taken) {
      if (from === undefined || to === undefined || from.body.size > to.body.size) continue;
      const proof = await trail.proveConsistency(from, to);
      expect(await verifyConsistency(JSON.parse(JSON.stringify(proof)), verifier)).toEqual({ valid: true });
      const forged = { ...proof, path: [...proof.path, proof.to.digest] };
      expect(await verifyConsistency(forged, verifier)).toMatchObject({ valid: false });
    }
  await metadata.write(async (tx) => {
    await sql`update audit_tiles set hash = ${"0".repeat(64)}`.execute(tx.sql);
  });
  expect((await verifyInclusion(await trail.prove(3), verifier)).valid).toBe(true);
  await append(1);
  expect((await verifyInclusion(await trail.prove(600), verifier)).valid).toBe(true);
  await metadata.close();
});

test("blob stores and callbacks are anchors; one that fails is given what it lacks the next time, and keeps none of the others back", async () => {
  const sent: string[] = [];
  let down = true;
  const callback: AuditAnchor = {
    name: "mail",
    capabilities: { readable: false, immutable: true },
    put: async (text) => {
      if (down) throw new RangeError("the mail server is down");
      sent.push(text);
    },
    list: async () => [],
  };
  const { trail, append, metadata } = await openTrail((file) => [callback, file, blobAnchor({ blobs: memoryBlobs() })]);
  await append(2);
  await expect(trail.checkpoint()).rejects.toThrow("the mail server is down");
  expect(await trail.verify()).toMatchObject({
    valid: true,
    anchors: [
      { name: "mail", checkpoints: 0, events: null },
      { name: "file", checkpoints: 1, events: 2 },
      { name: "blobs", checkpoints: 1, events: 2 },
    ],
  });
  down = false;
  await trail.checkpoint();
  await append(1);
  await trail.checkpoint();
  expect(sent.map((text) => JSON.parse(text).body.size)).toEqual([2, 3]);
  expect(await trail.verify()).toMatchObject({ valid: true, unanchored: 0 });
  await metadata.close();
});

test("two processes that sign at once, and one after the other, leave one history", async () => {
  const { trail, append, metadata, audit, clock, signer, verifier, anchor } = await openTrail();
  const other = new AuditTrail({ metadata, clock, signer, verifier, anchors: [anchor] });
  await append(4);
  await Promise.all([trail.checkpoint(), other.checkpoint(), trail.checkpoint()]);
  await append(1);
  await other.checkpoint();
  expect(await trail.verify()).toMatchObject({ valid: true, events: 5, checkpoints: 2 });
  expect((await audit.verify()).valid).toBe(true);
  await metadata.close();
});

test("what cannot be asked is refused", async () => {
  const { trail, append, metadata, clock, signer, verifier, anchor } = await openTrail();
  await expect(trail.prove(0)).rejects.toMatchObject({ code: "argument/invalid" });
  await append(2);
  const first = await trail.checkpoint();
  await append(1);
  const second = await trail.checkpoint();
  if (first === undefined || second === undefined) throw new Error("two checkpoints expected");
  await expect(trail.prove(3)).rejects.toMatchObject({ code: "argument/invalid" });
  for (const index of [-1, 0.5, 2 ** 31, Number.NaN])
    await expect(trail.prove(index)).rejects.toMatchObject({ code: "argument/invalid" });
  await expect(trail.proveConsistency(second, first)).rejects.toMatchObject({ code: "argument/invalid" });
  for (const anchors of [[anchor, anchor], [{ ...anchor, name: "store" }]])
    expect(() => new AuditTrail({ metadata, clock, signer, verifier, anchors })).toThrow(/different names/);
  await metadata.close();
});

test("events are found by kind, subject, actor and time, page by page, in both orders; rows without columns too", async () => {
  const { trail, metadata, audit, clock } = await openTrail();
  const start = clock.nowMs();
  for (let i = 0; i < 10; i++) {
    clock.advance(1000);
    const event = {
      kind: i % 2 === 0 ? "host.a" : "host.b",
      subject: `thing@${i % 3}`,
      actor: i < 5 ? "ada" : "bob",
      body: i,
    };
    await metadata.write((tx) => audit.append(tx, event));
  }
  const found = async (asked: AuditSearch): Promise<readonly number[]> =>
    (await trail.search(asked)).records.map(({ index }) => index);
  const everything = async (): Promise<void> => {
    expect(await found({})).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await found({ kind: "host.a" })).toEqual([0, 2, 4, 6, 8]);
    expect(await found({ kind: ["host.b", "host.c"], subject: "thing@1" })).toEqual([1, 7]);
    expect(await found({ actor: "bob", newestFirst: true })).toEqual([9, 8, 7, 6, 5]);
    expect(await found({ fromMs: start + 3000, toMs: start + 6000 })).toEqual([2, 3, 4]);
    expect(await found({ actor: "ada", fromMs: start + 4000 })).toEqual([3, 4]);
    const pages = [];
    for (let after: number | undefined, more = true; more; more = after !== undefined) {
      const page = await trail.search({ actor: "ada", limit: 2, ...(after !== undefined && { after }) });
      pages.push(page.records.map(({ index }) => index));
      after = page.next;
    }
    expect(pages).toEqual([[0, 1], [2, 3], [4]]);
    expect(await trail.search({ kind: "host.none" })).toEqual({ records: [], next: undefined });
  };
  await everything();
  await metadata.write(async (tx) => {
    await sql`update audit_events set actor = null, time_ms = null where position in (3, 4, 7)`.execute(tx.sql);
  });
  await everything();
  expect((await trail.verify()).valid).toBe(true);
  for (const limit of [0, 1.5, 10_001])
    await expect(trail.search({ limit })).rejects.toMatchObject({ code: "argument/invalid" });
  await metadata.write(async (tx) => {
    await sql`update audit_events set actor = 'eve' where position = 5`.execute(tx.sql);
  });
  expect(await trail.verify()).toMatchObject({ valid: false, firstBroken: 5 });
  await expect(trail.search({ kind: "host.b" })).rejects.toMatchObject({ code: "audit/broken" });
  await metadata.close();
});
