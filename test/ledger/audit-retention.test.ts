import { expect, test } from "vitest";
import { verifyInclusion } from "../../src/ledger/trail/audit-proofs.ts";
import { retentionClass } from "../../src/ledger/trail/retention-class.ts";
import { openTrail, type TrailFixture } from "../support/audit-trail.ts";
import { rowsOf, sql } from "../support/edit-store.ts";

const dayMs = 86_400_000;
const by = { actor: "dpo", reason: "asked for by the person" };

test("what is about persons lies beside the log: read by name, erased at will, and the chain, its checkpoints and proofs hold", async () => {
  const { trail, audit, append, metadata, verifier } = await openTrail();
  await append(1);
  const personal = { comment: "Ada's own case", phones: ["1", "2"] };
  await metadata.write((tx) =>
    audit.append(tx, { kind: "case.decided", subject: "case@1", actor: "u-17", body: { outcome: "yes" }, personal }),
  );
  const [, event] = await audit.read();
  expect(event).toMatchObject({ body: { outcome: "yes" }, personal: { comment: expect.stringMatching(/^sha256:/) } });
  const stored = await rowsOf(metadata, sql`select record from audit_events`);
  expect(JSON.stringify(stored)).not.toMatch(/Ada/);
  expect(await trail.personal(1)).toEqual(personal);
  expect(await trail.personal(0)).toEqual({});
  const proof = await trail.prove(1);
  expect(await trail.erasePersonal([1, 0, 1], by)).toBe(1);
  expect(await trail.erasePersonal([1], by)).toBe(0);
  expect(await trail.personal(1)).toEqual({});
  expect(await rowsOf(metadata, sql`select * from audit_personal`)).toEqual([]);
  expect(await trail.verify()).toMatchObject({ valid: true, events: 3 });
  expect((await audit.read()).at(-1)).toMatchObject({
    kind: "audit.erased",
    actor: "dpo",
    body: { reason: by.reason, ranges: [[1, 2]] },
  });
  expect(await verifyInclusion(proof, verifier)).toMatchObject({ valid: true });
  await expect(trail.erasePersonal([0.5], by)).rejects.toMatchObject({ code: "argument/invalid" });
  await metadata.close();
});

test("a host records its own decisions, under no kind that could be taken for the library's", async () => {
  const { trail, audit, metadata } = await openTrail();
  const event = { kind: "host.reviewed", subject: "delay@1", actor: "u-3", body: { by: "board" } };
  expect(await trail.record(event)).toMatchObject({ index: 0 });
  for (const kind of ["version.promoted", "audit.retained", "host", "host.", "host. x", "Host.x", ""])
    await expect(trail.record({ ...event, kind })).rejects.toMatchObject({ code: "argument/invalid" });
  expect(await audit.read()).toMatchObject([event]);
  await metadata.close();
});

test("the same value has another digest each time: it cannot be guessed from the log", async () => {
  const { audit, metadata } = await openTrail();
  const event = { kind: "k", subject: "s", actor: "a", body: null, personal: { name: "Ada" } };
  await metadata.write(async (tx) => {
    await audit.append(tx, event);
    await audit.append(tx, event);
  });
  const [first, second] = await audit.read();
  expect(first?.personal?.["name"]).not.toBe(second?.personal?.["name"]);
  await metadata.close();
});

/** Logs and decisions about three subjects, turn by turn; then so many days go by. */
async function agedLog(days: number): Promise<TrailFixture> {
  const open = await openTrail();
  for (let i = 0; i < 12; i++) {
    open.clock.advance(60_000);
    const kind = i % 2 === 0 ? "batch.blocked" : "version.approved";
    const event = { kind, subject: `s@${i % 3}`, actor: "ada", body: i };
    await open.metadata.write((tx) => open.audit.append(tx, event));
  }
  await open.trail.checkpoint();
  open.clock.advance(days * dayMs);
  return open;
}
const kept = async (open: TrailFixture): Promise<readonly number[]> =>
  (await open.audit.read()).map(({ index }) => index);

test("before its time nothing is dropped; less than the law's time is refused", async () => {
  const open = await agedLog(183);
  expect(await open.trail.retain(by)).toBe(0);
  for (const short of [{ logs: "183d" }, { documentation: "3652d" }] as const)
    await expect(open.trail.retain({ ...by, ...short })).rejects.toMatchObject({ code: "argument/invalid" });
  expect(await kept(open)).toHaveLength(12);
  expect(retentionClass("of.the-host")).toBe("documentation");
  await open.metadata.close();
});

test("after six months logs go, the newest of each kind and subject stays; what is left is proved by the signed root", async () => {
  const open = await agedLog(190);
  const { trail, audit, metadata, verifier } = open;
  const before = await trail.prove(1);
  // Of 0, 2, 4, 6, 8, 10 (subjects 0, 2, 1, 0, 2, 1) the last three are the newest of theirs.
  expect(await trail.retain(by)).toBe(3);
  expect(await kept(open)).toEqual([1, 3, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect((await audit.read()).at(-1)).toMatchObject({
    kind: "audit.retained",
    body: {
      events: 3,
      ranges: [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    },
  });
  expect(await trail.verify()).toMatchObject({ valid: true, events: 13, unanchored: 1 });
  expect(await audit.verify()).toMatchObject({ valid: true, events: 13 });
  expect(await Promise.all([1, 3, 6, 11].map((index) => audit.intact(index)))).toEqual([true, true, true, true]);
  expect(await audit.intact(2)).toBe(false);
  expect(await verifyInclusion(before, verifier)).toMatchObject({ valid: true });
  expect(await verifyInclusion(await trail.prove(11), verifier)).toMatchObject({ valid: true });
  await expect(trail.prove(2)).rejects.toMatchObject({ code: "argument/invalid" });
  await open.append(2);
  await trail.checkpoint();
  expect(await trail.verify()).toMatchObject({ valid: true, events: 15, unanchored: 0 });
  expect(await trail.retain(by)).toBe(0);
  await metadata.close();
});

test("after ten years documentation goes too, and what tells of retentions stays", async () => {
  const open = await agedLog(3660);
  expect(await open.trail.retain(by)).toBe(6);
  expect(await kept(open)).toEqual([6, 7, 8, 9, 10, 11, 12]);
  open.clock.advance(4000 * dayMs);
  expect(await open.trail.retain(by)).toBe(0);
  expect(await open.trail.verify()).toMatchObject({ valid: true });
  await open.metadata.close();
});

test("a second retention drops what showed the age of the first one's, and shows it anew", async () => {
  const { trail, audit, append, clock, metadata } = await openTrail();
  const block = (): Promise<unknown> =>
    metadata.write((tx) => audit.append(tx, { kind: "batch.blocked", subject: "s", actor: "ada", body: null }));
  for (let i = 0; i < 4; i++) await block();
  clock.advance(190 * dayMs);
  expect(await trail.retain(by)).toBe(3);
  expect((await trail.verify()).valid).toBe(true);
  await block();
  clock.advance(190 * dayMs);
  await append(1);
  expect(await trail.retain(by)).toBe(1);
  expect((await audit.read()).map(({ index }) => index)).toEqual([4, 5, 6, 7]);
  expect((await audit.read()).at(-1)?.body).toMatchObject({ events: 1, ranges: [[0, 4]] });
  expect(await trail.verify()).toMatchObject({ valid: true, events: 8 });
  await metadata.close();
});

test("nothing is dropped from a log that does not verify", async () => {
  const open = await agedLog(190);
  await open.metadata.write(async (tx) => {
    await sql`update audit_events set record = replace(record, 'ada', 'eve'), actor = 'eve' where position = 7`.execute(
      tx.sql,
    );
  });
  await expect(open.trail.retain(by)).rejects.toMatchObject({ code: "audit/broken" });
  expect(await rowsOf(open.metadata, sql`select count(*) as n from audit_events`)).toEqual([{ n: 12 }]);
  await open.metadata.close();
});
