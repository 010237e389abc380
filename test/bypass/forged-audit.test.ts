import { generateKeyPairSync, sign } from "node:crypto";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keyIdOf } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { auditHash } from "../../src/ledger/audit-record.ts";
import { leafHash } from "../../src/ledger/merkle/merkle-tree.ts";
import { AuditTrail } from "../../src/ledger/trail/audit-trail.ts";
import { forgeChain, openTrail, type TrailFixture } from "../support/audit-trail.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";

// 12 events, signed after 5 and after 10; the anchor's file is elsewhere.
let open: TrailFixture;
beforeEach(async () => {
  open = await openTrail();
  await open.append(5);
  await open.trail.checkpoint();
  await open.append(5);
  await open.trail.checkpoint();
  await open.append(2);
});
afterEach(async () => {
  await open.metadata.close();
});

const forget = [sql`delete from audit_checkpoints`, sql`delete from audit_anchored`, sql`delete from audit_tiles`];
/** The log as an attacker leaves it: whole by itself, refused by what was signed. */
async function fitsByItself(): Promise<void> {
  expect((await open.audit.verify()).valid).toBe(true);
}
async function named(firstBroken: number, reason: RegExp): Promise<void> {
  const verdict = await open.trail.verify();
  expect(verdict).toMatchObject({ valid: false, firstBroken });
  if (!verdict.valid) expect(verdict.reason).toMatch(reason);
  // Nothing is signed over it.
  const before = await rowsOf(open.metadata, sql`select * from audit_checkpoints`);
  await expect(open.trail.checkpoint()).rejects.toMatchObject({ code: "audit/broken" });
  expect(await rowsOf(open.metadata, sql`select * from audit_checkpoints`)).toEqual(before);
}

test("40 an event changed, and the whole chain made to fit", async () => {
  await forgeChain(open.metadata, (record, i) => (i === 7 ? { ...record, actor: "eve" } : record));
  await fitsByItself();
  await named(5, /events 5 to 9 are not those that were signed/);
});

test("41 an event taken out, and the chain closed over it", async () => {
  await forgeChain(open.metadata, (record, i) => (i === 2 ? undefined : record));
  await fitsByItself();
  await named(0, /events 0 to 4 are not those that were signed/);
});

test("42 the end cut off and the head row with it: down to less than was signed", async () => {
  await forgeChain(open.metadata, (record, i) => (i < 8 ? record : undefined));
  await fitsByItself();
  await named(8, /10 events were signed at .*, and 8 are there: the end was cut off/);
});

test("43 the same, with every checkpoint of the store deleted: the anchor tells", async () => {
  await forgeChain(open.metadata, (record, i) => (i < 8 ? record : undefined));
  await editStore(open.metadata, ...forget);
  await fitsByItself();
  await named(8, /^file: 10 events were signed/);
});

test("44 the log emptied, head row and checkpoints too", async () => {
  await editStore(open.metadata, sql`delete from audit_events`, sql`delete from audit_head`, ...forget);
  await fitsByItself();
  await named(0, /^file: 5 events were signed at .*, and 0 are there/);
});

test("45 the whole store put back to an earlier day, and gone on with from there", async () => {
  // The store of five events and one checkpoint, as it was: honest, signed, and too old.
  await forgeChain(open.metadata, (record, i) => (i < 5 ? record : undefined));
  await editStore(
    open.metadata,
    sql`delete from audit_checkpoints where size > 5`,
    sql`delete from audit_anchored where size > 5`,
  );
  await named(5, /^file: 10 events were signed at .*, and 5 are there.*put back/);
  await open.append(8);
  await fitsByItself();
  await named(5, /^file: events 5 to 9 are not those that were signed/);
});

test("46 another log in its place, with the same number of events", async () => {
  await forgeChain(open.metadata, (record) => ({ ...record, actor: "eve" }));
  await editStore(open.metadata, ...forget);
  await fitsByItself();
  await named(0, /^file: the 5 events are of another log/);
});

test("47 two events exchanged, and the chain made to fit", async () => {
  const rows = await rowsOf(open.metadata, sql`select record from audit_events order by position`);
  const at = (i: number) => JSON.parse(String(rows[i]?.["record"]));
  await forgeChain(open.metadata, (record, i) => (i === 6 ? at(7) : i === 7 ? at(6) : record));
  await fitsByItself();
  await named(5, /events 5 to 9/);
});

test("48 events edited without making the chain fit are named exactly", async () => {
  await editStore(
    open.metadata,
    sql`update audit_events set record = replace(record, 'ada', 'eve') where position = 11`,
  );
  await named(11, /event 11 is not the one that was recorded/);
});

test("49 any byte of a stored checkpoint", async () => {
  for (const column of ["digest", "body", "key_id", "signature"] as const) {
    const [row] = await rowsOf(open.metadata, sql`select * from audit_checkpoints where size = 10`);
    const text = String(row?.[column]);
    for (let at = 0; at < text.length; at += 7) {
      const edited = `${text.slice(0, at)}${text[at] === "1" ? "2" : "1"}${text.slice(at + 1)}`;
      await editStore(open.metadata, sql`update audit_checkpoints set ${sql.ref(column)} = ${edited} where size = 10`);
      const verdict = await open.trail.verify();
      expect(verdict.valid, `${column} ${at}`).toBe(false);
    }
    await editStore(open.metadata, sql`update audit_checkpoints set ${sql.ref(column)} = ${text} where size = 10`);
  }
  expect((await open.trail.verify()).valid).toBe(true);
  await editStore(open.metadata, sql`update audit_checkpoints set size = 9 where size = 10`);
  await named(12, /checkpoint of 9 events was signed for 10/);
});

test("50 a checkpoint forged for a forged chain: with the attacker's own key, under its id and under the pinned one", async () => {
  await forgeChain(open.metadata, (record, i) => (i === 7 ? { ...record, actor: "eve" } : record));
  const [event] = await rowsOf(open.metadata, sql`select hash from audit_events where position = 9`);
  const [row] = await rowsOf(open.metadata, sql`select body from audit_checkpoints where size = 10`);
  const body = canonicalJson({ ...JSON.parse(String(row?.["body"])), head: String(event?.["hash"]) });
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const signature = sign(null, Buffer.from(body), privateKey).toString("base64");
  const own = keyIdOf(publicKey.export({ type: "spki", format: "pem" }).toString());
  for (const keyId of [own, open.signer.keyId]) {
    await editStore(
      open.metadata,
      sql`update audit_checkpoints set body = ${body}, digest = ${digestOf(body)}, key_id = ${keyId}, signature = ${signature} where size = 10`,
    );
    const verdict = await open.trail.verify();
    expect(verdict).toMatchObject({ valid: false, firstBroken: 5 });
    if (!verdict.valid)
      expect(verdict.faults.map(({ where, reason }) => `${where}: ${reason}`).join("\n")).toContain(
        keyId === own
          ? `store: the checkpoint of 10 events: it is signed by key "${own}", which is not pinned (${open.signer.keyId} is)`
          : "store: the checkpoint of 10 events: its signature is not that of a pinned key",
      );
  }
});

test("51 checkpoints deleted from the store: the last, and one in the middle", async () => {
  await editStore(open.metadata, sql`delete from audit_checkpoints where size = 10`);
  expect(await open.trail.verify()).toMatchObject({
    valid: false,
    reason: expect.stringMatching(/checkpoint of 10 events that file keeps is not there/),
  });
  const alone = new AuditTrail({ ...open, anchors: [] });
  await alone.checkpoint();
  await editStore(open.metadata, sql`delete from audit_checkpoints where size = 5`);
  expect(await alone.verify()).toMatchObject({
    valid: false,
    reason: expect.stringMatching(/checkpoint that the one of 12 events follows is not there/),
  });
});

test("52 the anchor's file edited, cut, emptied, or a line of it repeated", async () => {
  const text = await readFile(open.anchorPath, "utf8");
  const verdictOf = async (changed: string) => {
    await writeFile(open.anchorPath, changed);
    return await open.trail.verify();
  };
  for (let at = text.indexOf("\n") + 1; at < text.length - 1; at += 11) {
    const verdict = await verdictOf(`${text.slice(0, at)}${text[at] === "x" ? "y" : "x"}${text.slice(at + 1)}`);
    if (verdict.valid) throw new Error(`byte ${at} was changed unseen`);
    expect(verdict.faults.map(({ where, reason }) => `${where}: ${reason}`).join("\n")).toMatch(/^file: line 2: /m);
  }
  for (const changed of [text.slice(0, text.indexOf("\n") + 1), ""])
    expect(await verdictOf(changed)).toMatchObject({
      valid: false,
      reason: expect.stringMatching(/^file: it has taken the checkpoint of \d+ events and keeps it no more/),
    });
  expect((await verdictOf(text + text)).valid).toBe(true);
  const swapped = text.trimEnd().split("\n").toReversed().join("\n");
  expect((await verdictOf(`${swapped}\n`)).valid).toBe(true);
});

test("53 the anchor's file replaced by that of another workspace with the same key", async () => {
  const other = await openTrail();
  other.clock.advance(1);
  const trail = new AuditTrail({ ...open, metadata: other.metadata, anchors: [other.anchor] });
  await other.append(10);
  await trail.checkpoint();
  await copyFile(other.anchorPath, open.anchorPath);
  await other.metadata.close();
  const verdict = await open.trail.verify();
  if (verdict.valid) throw new Error("another log's checkpoints were taken for this one's");
  const reasons = verdict.faults.map(({ where, reason }) => `${where}: ${reason}`).join("\n");
  expect(reasons).toMatch(/^file: the 10 events are of another log/m);
  expect(reasons).toMatch(/^file: it has taken the checkpoint of 5 events and keeps it no more/m);
});

test("54 the clock turned back before an event, and before a checkpoint", async () => {
  open.clock.advance(-3_600_000);
  await open.append(1);
  expect(await open.trail.verify()).toMatchObject({
    valid: true,
    warnings: [{ index: 12, reason: expect.stringMatching(/the clock was turned back/) }],
  });
  const [, second] = await open.trail.checkpoints();
  const third = await open.trail.checkpoint();
  expect(third?.body.timeMs).toBe(second?.body.timeMs);
});

test("55 proofs are refused where the event is not the one that was signed", async () => {
  await forgeChain(open.metadata, (record, i) => (i === 3 ? { ...record, actor: "eve" } : record));
  for (const index of [3, 4, 9]) await expect(open.trail.prove(index)).rejects.toMatchObject({ code: "audit/broken" });
});

test("56 a value about a person edited, swapped for another event's, or deleted without an erasure on record", async () => {
  const told = (n: number) => ({ kind: "k", subject: "s", actor: "ada", body: n, personal: { who: `person ${n}` } });
  await open.metadata.write(async (tx) => {
    for (const n of [12, 13]) await open.audit.append(tx, told(n));
  });
  const rows = await rowsOf(open.metadata, sql`select * from audit_personal where position = 13`);
  const [{ salt = null, value = null } = {}] = rows;
  expect((await open.trail.verify()).valid).toBe(true);
  await editStore(open.metadata, sql`update audit_personal set value = '"nobody"' where position = 12`);
  expect(await open.trail.verify()).toMatchObject({ valid: false, firstBroken: 12 });
  await editStore(open.metadata, sql`update audit_personal set value = ${value}, salt = ${salt} where position = 12`);
  expect(await open.trail.verify()).toMatchObject({ valid: false, firstBroken: 12 });
  await editStore(open.metadata, sql`delete from audit_personal where position = 12`);
  expect(await open.trail.verify()).toMatchObject({
    valid: false,
    firstBroken: 12,
    reason: expect.stringMatching(/"who" beside event 12 is gone, and no erasure is on record/),
  });
});

test("57 an event dropped as if by a retention, with its true hashes left behind", async () => {
  const [row] = await rowsOf(open.metadata, sql`select record, hash from audit_events where position = 4`);
  const leaf = leafHash(String(row?.["record"]));
  const drop = [
    sql`insert into audit_dropped (position, hash, leaf) values (4, ${row?.["hash"]}, ${leaf})`,
    sql`delete from audit_events where position = 4`,
  ];
  await editStore(open.metadata, ...drop);
  await fitsByItself();
  expect(await open.trail.verify()).toMatchObject({
    valid: false,
    firstBroken: 4,
    reason: expect.stringMatching(/event 4 is gone, and no retention is on record/),
  });
});

test("58 after a true retention: what was left of a dropped event edited; an event before it replaced", async () => {
  open.clock.advance(400 * 86_400_000);
  await open.metadata.write(async (tx) => {
    for (let i = 0; i < 4; i++)
      await open.audit.append(tx, { kind: "batch.blocked", subject: "s", actor: "ada", body: i });
  });
  open.clock.advance(400 * 86_400_000);
  expect(await open.trail.retain({ actor: "ada", reason: "six months" })).toBe(3);
  expect((await open.trail.verify()).valid).toBe(true);
  const [dropped] = await rowsOf(open.metadata, sql`select * from audit_dropped where position = 13`);
  await editStore(open.metadata, sql`update audit_dropped set leaf = ${"0".repeat(64)} where position = 13`);
  expect(await open.trail.verify()).toMatchObject({
    valid: false,
    reason: expect.stringMatching(/does not lead to the signed root/),
  });
  await editStore(open.metadata, sql`update audit_dropped set leaf = ${dropped?.["leaf"]} where position = 13`);
  expect((await open.trail.verify()).valid).toBe(true);
  // Event 11 is followed by dropped ones only: its hash need fit nothing but what was left of them.
  const [row] = await rowsOf(open.metadata, sql`select record from audit_events where position = 11`);
  const [before] = await rowsOf(open.metadata, sql`select hash from audit_events where position = 10`);
  const record = String(row?.["record"]).replace('"ada"', '"eve"');
  const hash = auditHash(String(before?.["hash"]), record);
  await editStore(
    open.metadata,
    sql`update audit_events set record = ${record}, actor = 'eve', hash = ${hash} where position = 11`,
  );
  await fitsByItself();
  expect(await open.trail.verify()).toMatchObject({
    valid: false,
    reason: expect.stringMatching(
      /does not lead to the signed root over \d+ events: it was edited, or events before it were/,
    ),
  });
});

test("59 a young event dropped under a forged retention", async () => {
  const [row] = await rowsOf(open.metadata, sql`select record, hash from audit_events where position = 8`);
  const leaf = leafHash(String(row?.["record"]));
  await editStore(
    open.metadata,
    sql`insert into audit_dropped (position, hash, leaf) values (8, ${row?.["hash"]}, ${leaf})`,
    sql`delete from audit_events where position = 8`,
  );
  const body = { reason: "six months", checkpoint: digestOf("any"), events: 1, ranges: [[8, 9]] };
  await open.metadata.write((tx) =>
    open.audit.append(tx, { kind: "audit.retained", subject: "audit", actor: "mallory", body }),
  );
  await fitsByItself();
  expect(await open.trail.verify()).toMatchObject({
    valid: false,
    firstBroken: 8,
    reason: expect.stringMatching(/nothing shows that it was six months old/),
  });
});
