import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileAnchor } from "../../src/backends/fs/file-anchor.ts";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { isDigest } from "../../src/core/digest.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import { openWorkspace } from "../../src/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { liveThroughEverything } from "../schemas/busy-workspace.ts";
import { editsOf, type TableEdit, tablesOf } from "../support/table-edits.ts";

/** What may be edited unseen, and why that is no decision, or opens nothing. A table, or one of its columns. */
const notNoticed: { readonly [place: string]: string } = {
  "audit_anchored.anchor": "an anchor that is not given is not asked; it gets its checkpoints anew",
  "audit_anchored.delete": "the anchor is given the checkpoint again",
  "audit_anchored.insert": "an anchor that is not given is not asked",
  "audit_dropped.hash": "of an event between two others that were dropped: what was signed is over its leaf",
  "audit_dropped.insert": "beyond the end of the log",
  "audit_head.insert": "the log has one head, by its id",
  changes: "a feed that informs; decisions are in the audit log",
  data_batch: "data: versions are named by their content",
  data_commit: "data: a training set names its versions by digest",
  data_definition: "data: a definition that differs from the code's is a conflict",
  data_erasures:
    "data: how often rows were erased, for whoever takes new ones meanwhile; the audit log has the erasure",
  data_erased: "data: the audit log has the erasure",
  data_layout: "data: blobs are verified by their digest",
  data_metrics: "data: what gates judge of it is in the evidence's digest",
  data_ref: "data: a pointer that moves; a training set names its versions by digest",
  data_sweep: "data: which garbage was collected",
  data_version: "data: versions are named by their content",
  feature_catalog: "descriptions",
  feature_erased: "data: the audit log has features.erased",
  feature_materialization: "how far views are loaded; `replay` and `skew` compare what was served",
  feature_profile: "descriptions",
  feature_service_view: "definitions come from the code; a version names its service by hash",
  feature_services: "a version names its service by hash: another one refuses its promotion",
  feature_view: "definitions come from the code, by hash",
  lineage_edges:
    "not signed: a gap closes the gate `lineageComplete`; that a run made an artifact is in the signed version, what else is added is said to be not stopped",
  monitoring_alert: "the audit log has alert.raised, acknowledged and resolved",
  monitoring_delivery: "whether an alert was delivered",
  "monitoring_monitor.cursor_segment": "how far it has read",
  "monitoring_monitor.cursor_rows": "how far it has read",
  "monitoring_monitor.windows": "how far it has read",
  "monitoring_monitor.since_window": "how far it has read",
  "monitoring_monitor.episode": "the alert that is open",
  "monitoring_monitor.open_alert": "the alert that is open",
  monitoring_window: "measurements",
  "registry_alias.insert": "an alias of another model: refused when that model is read",
  registry_approval:
    "an approval that is not signed as it stands does not count: the gate stays closed. Those that counted are in the certificate",
  "registry_card.insert": "a revision that the signed standing does not name",
  "registry_certificate.insert": "a certificate that no version stands on",
  "registry_evidence.digest": "as deleted",
  "registry_evidence.delete": "of an exported version: its copy among the blobs is read, verified by its digest",
  "registry_evidence.insert": "evidence that no certificate names",
  "registry_evaluation.digest": "as deleted",
  "registry_evaluation.delete": "an evaluation that is gone is not measured: its gates stay closed",
  "registry_evaluation.insert": "of another digest: its text does not fit",
  "registry_model.last_ms":
    "set back, the machine's clock counts; set forward, approvals expire: neither opens a gate for what is not approved now",
  "registry_model.insert": "a model without versions",
  registry_label: "to search by: what is found is read and verified",
  registry_metric: "to search by: the evaluation itself is signed",
  registry_refused_load:
    "which refusal was recorded last, so that the log is not flooded: the refusals are in the audit log",
  registry_policy:
    "which policy was adopted last: the one that judges is the registry's own, its adoption is in the audit log",
  "registry_standing_block.insert": "a block that the signed standing does not name",
  "registry_version.insert": "of another model: refused when that model is read",
  serving_outcome_segment: "measurements, verified by their digest when they are read",
  serving_prediction_segment: "measurements, verified by their digest when they are read",
  serving_rollout: "the state is signed: the router refuses to go on (see Forged rollout)",
  serving_rollout_evidence:
    "the newest of a version is read, and must be the one that the audit log names (see Forged rollout); earlier ones are history",
  serving_rollout_units:
    "the signed state holds a digest of the units: the router refuses to go on (see Forged rollout)",
  sluice_migrations: "a newer schema than this code's is refused at opening",
  training_artifact: "the files are verified by their digest; a version names its own artifact",
  training_metric: "measurements; no gate reads them",
  training_param: "a version's signed record names its run; its code and training set are compared at registration",
  training_pipeline_run: "what runs; decisions, and who started it, are in the audit log",
  training_pipeline_step: "what runs; decisions are in the audit log",
  training_run:
    "a version's signed record holds the run's code and training set, which the run signed with its model; who started it is in the audit log too",
  training_step_cache: "outputs of steps, by the digest of what they are made from",
};

/** Where decisions are. */
const decisions = /^(?:registry|audit|serving_rollout|monitoring_monitor)/;

let folder: string;
let ws: Workspace;
let metadata: MetadataStore;

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/sluice-tables-`);
  await liveThroughEverything(folder);
  const [old, signer] = ["key", "next"].map((name) => keyFileSigner({ path: `${folder}/${name}.pem` }));
  if (old === undefined || signer === undefined) throw new Error("two keys expected");
  const verifier = pinnedKeysVerifier({
    keys: { [old.keyId]: old.publicKeyPem(), [signer.keyId]: signer.publicKeyPem() },
  });
  const anchors = [fileAnchor({ path: `${folder}/elsewhere/checkpoints.jsonl` })];
  ws = await openWorkspace({ path: `${folder}/workspace`, signer, verifier, anchors });
  await ws.audit.checkpoint();
  metadata = sqliteMetadata({ path: `${folder}/workspace/metadata.sqlite` });
}, 120_000);
afterAll(async () => {
  await metadata.close();
  await ws.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Who notices the store as it is now; undefined where nobody does. */
async function noticedBy(): Promise<string | undefined> {
  if (!(await ws.verifyAudit()).valid) return "verifyAudit";
  try {
    await loadEverything();
    return undefined;
  } catch (error) {
    if (isSluiceError(error)) return error.code;
    throw error;
  }
}

const models = ["delay", "late", "limits"];

/** Everything that a decision rests on, read as serving and promotions read it. */
async function loadEverything(): Promise<void> {
  await ws.registry.champion("delay");
  for (const model of models) {
    await ws.registry.aliases(model);
    for (const version of await ws.registry.versions(model)) {
      if (version.stage !== "registered") await ws.registry.certificateOf(version);
      for (let revision = (await ws.registry.card(version))?.revision ?? 0; revision > 0; revision--)
        await ws.registry.card(version, revision);
      await ws.registry.deprecation(version);
      await ws.registry.explain(version, "archived").catch((error: unknown) => {
        if (!isSluiceError(error, "registry/invalid-transition")) throw error;
      });
    }
  }
  for (const { kind, body } of await ws.audit()) {
    const { certificate } = Object(body);
    if ((kind === "version.promoted" || kind === "alias.moved") && isDigest(certificate))
      await ws.registry.evidenceOf(certificate);
  }
  await ws.monitoring.status();
}

test("89 each column of each table edited, each kind of row deleted and inserted, by SQL", {
  timeout: 300_000,
}, async () => {
  expect(await noticedBy()).toBeUndefined();
  const random = seededRandom("every table");
  const places = new Set<string>();
  for (const table of await tablesOf(metadata)) {
    const rows = decisions.test(table) ? 3 : 1;
    for (const edit of await editsOf(metadata, table, random, rows))
      if ((await outcomeOf(edit)) === undefined)
        places.add(Object.hasOwn(notNoticed, table) ? table : `${table}.${edit.what}`);
  }
  expect(await noticedBy(), "not everything was undone").toBeUndefined();
  expect(
    [...places].filter((place) => !Object.hasOwn(notNoticed, place)),
    "edited unseen",
  ).toEqual([]);
  expect(
    Object.keys(notNoticed).filter((place) => !places.has(place)),
    "noticed: take it off the list",
  ).toEqual([]);
});

async function outcomeOf(edit: TableEdit): Promise<string | undefined> {
  try {
    await edit.apply();
  } catch (error) {
    if (isSluiceError(error)) return "the engine";
    throw error;
  }
  try {
    return await noticedBy();
  } catch (error) {
    throw new Error(`${edit.table}.${edit.what}`, { cause: error });
  } finally {
    await edit.undo();
  }
}
