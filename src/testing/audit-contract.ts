import assert from "node:assert/strict";
import type { AuditEvent, AuditLog } from "../contracts/audit-log.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { rejectsWith } from "./rejects-with.ts";

/** An empty audit log, its store, and how an attacker would change what is stored. */
export interface AuditSubject {
  readonly audit: AuditLog;
  readonly metadata: MetadataStore;
  readonly tamper: AuditTampering;
}

/** Changes stored records behind the log's back. */
export interface AuditTampering {
  /** Replaces text in a stored record. */
  edit(index: number, from: string, to: string): Promise<void>;
  /** Changes the subject by which records are found, and not the record itself. */
  relabel(index: number, subject: string): Promise<void>;
  /** Deletes a stored record. */
  remove(index: number): Promise<void>;
  /** Exchanges two stored records. */
  swap(a: number, b: number): Promise<void>;
  /** Adds a copy of a stored record at another position. */
  copy(index: number, to: number): Promise<void>;
}

/** What every {@link AuditLog} must do. */
export const auditContract: readonly ContractCase<AuditSubject>[] = [
  {
    name: "an empty chain is valid and has no head",
    run: async ({ audit }) => {
      assert.deepEqual(await audit.verify(), { valid: true, events: 0, head: null });
      assert.deepEqual(await audit.read(), []);
    },
  },
  {
    name: "events come back in order with their bodies, and the last hash is the head",
    run: async (subject) => {
      const last = await append(subject, 5);
      const records = await subject.audit.read();
      assert.deepEqual(
        records.map((record) => [record.index, record.kind, record.subject, record.actor, record.body]),
        [0, 1, 2, 3, 4].map((i) => [
          i,
          "thing.decided",
          `thing@${i}`,
          "tester",
          { i, text: `é\u0000"${i}`, nothing: null },
        ]),
      );
      assert.deepEqual(await subject.audit.verify(), { valid: true, events: 5, head: last });
      assert.equal(records.at(-1)?.hash, last);
    },
  },
  {
    name: "intact() tells of one record whether it is as recorded, edits, deletions before it and the end included",
    run: async (subject) => {
      await append(subject, 5);
      const each = async (): Promise<boolean[]> =>
        await Promise.all([0, 1, 2, 3, 4, 5].map((i) => subject.audit.intact(i)));
      assert.deepEqual(await each(), [true, true, true, true, true, false]);
      await subject.tamper.edit(2, "tester", "attacker");
      await subject.tamper.remove(0);
      await subject.tamper.relabel(4, "thing@9");
      assert.deepEqual(await each(), [false, false, false, true, false, false]);
    },
  },
  {
    name: "read() takes a start, a limit, a subject and a kind",
    run: async (subject) => {
      await append(subject, 6);
      const indices = async (options: Parameters<AuditLog["read"]>[0]): Promise<number[]> =>
        (await subject.audit.read(options)).map((record) => record.index);
      assert.deepEqual(await indices({ fromIndex: 4 }), [4, 5]);
      assert.deepEqual(await indices({ fromIndex: 1, limit: 2 }), [1, 2]);
      assert.deepEqual(await indices({ subject: "thing@3" }), [3]);
      await subject.metadata.write((tx) => subject.audit.append(tx, { ...event(3), kind: "thing.undone" }));
      assert.deepEqual(await indices({ kind: "thing.undone" }), [6]);
      assert.deepEqual(await indices({ subject: "thing@3", kind: event(3).kind }), [3]);
      assert.deepEqual(await indices({ kind: event(3).kind, fromIndex: 2, limit: 2 }), [2, 3]);
    },
  },
  {
    name: "an event of a transaction that is rolled back was never there",
    run: async (subject) => {
      await append(subject, 2);
      const refused = subject.metadata.write(async (tx) => {
        await subject.audit.append(tx, event(2));
        throw new RangeError("changed my mind");
      });
      await assert.rejects(refused, RangeError);
      assert.equal((await subject.audit.read()).length, 2);
      assert.equal((await subject.audit.verify()).valid, true);
    },
  },
  {
    name: "many events in one transaction, and many transactions at once, make one chain",
    run: async (subject) => {
      await subject.metadata.write(async (tx) => {
        for (let i = 0; i < 3; i++) assert.equal((await subject.audit.append(tx, event(i))).index, i);
      });
      const appended = await Promise.all(
        Array.from({ length: 20 }, (_, i) => subject.metadata.write((tx) => subject.audit.append(tx, event(i)))),
      );
      assert.equal(new Set(appended.map((record) => record.index)).size, 20);
      const verdict = await subject.audit.verify();
      assert.equal(verdict.valid, true);
      assert.equal(verdict.events, 23);
    },
  },
  {
    name: "what is not JSON is refused and nothing is appended",
    run: async (subject) => {
      const bad = subject.metadata.write((tx) => subject.audit.append(tx, { ...event(0), body: { loss: Number.NaN } }));
      await rejectsWith("argument/invalid", bad);
      assert.equal((await subject.audit.verify()).events, 0);
    },
  },
  broken("an edited record", 2, ({ edit }) => edit(2, "tester", "mallory")),
  broken("a record found under another subject", 3, ({ relabel }) => relabel(3, "thing@0")),
  broken("the first record deleted", 0, ({ remove }) => remove(0)),
  broken("a record deleted in the middle", 4, ({ remove }) => remove(4)),
  broken("the last record deleted", 6, ({ remove }) => remove(6)),
  broken("two records exchanged", 1, ({ swap }) => swap(1, 5)),
  broken("a record added at the end", 7, ({ copy }) => copy(2, 7)),
];

/** Seven events, then tampering: verify() must name the first broken index. */
function broken(
  what: string,
  firstBroken: number,
  tamper: (tampering: AuditTampering) => Promise<void>,
): ContractCase<AuditSubject> {
  return {
    name: `verify() finds ${what} and names the index`,
    run: async (subject) => {
      await append(subject, 7);
      assert.equal((await subject.audit.verify()).valid, true);
      await tamper(subject.tamper);
      const verdict = await subject.audit.verify();
      assert.equal(verdict.valid, false);
      if (verdict.valid) return;
      assert.equal(verdict.firstBroken, firstBroken, verdict.reason);
      assert.ok(verdict.reason.length > 0);
    },
  };
}

async function append(subject: AuditSubject, count: number): Promise<string> {
  let last = "";
  for (let i = 0; i < count; i++)
    last = (await subject.metadata.write((tx) => subject.audit.append(tx, event(i)))).hash;
  return last;
}

function event(i: number): AuditEvent {
  return {
    kind: "thing.decided",
    subject: `thing@${i}`,
    actor: "tester",
    body: { i, text: `é\u0000"${i}`, nothing: null },
  };
}
