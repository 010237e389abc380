import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { digestOf } from "../../src/core/digest.ts";
import { openWorkspace } from "../../src/index.ts";
import { auditPack } from "../../src/workflows/governance/audit-pack.ts";
import type { PackManifest } from "../../src/workflows/governance/pack-record.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { copyOf, editByte, filesBelow, home, keyId, run, verify, withGivenFiles } from "./given-files.ts";

// An audit pack is verified as far as it goes by itself, also where its unsigned manifest was edited with it.

withGivenFiles();

/** Edits a text, and the manifest with it: as somebody does who knows how packs are made. */
function editPack(pack: string, path: string, edit: (text: string) => string): void {
  const text = readFileSync(join(pack, path), "utf8");
  const edited = edit(text);
  expect(edited).not.toBe(text);
  writeFileSync(join(pack, path), edited);
  relist(pack, path, edited);
}

function relist(pack: string, path: string, text: string | undefined): void {
  const manifest: PackManifest = JSON.parse(readFileSync(join(pack, "manifest.json"), "utf8"));
  const files = manifest.files.flatMap((file) => {
    if (file.path !== path) return [file];
    return text === undefined ? [] : [{ path, digest: digestOf(text), sizeBytes: Buffer.byteLength(text) }];
  });
  writeFileSync(join(pack, "manifest.json"), JSON.stringify({ ...manifest, files }));
}

const read = (path: string): string => readFileSync(join(home, path), "utf8");

const pathIn = (pack: string, pattern: RegExp): string =>
  filesBelow(pack).find((path) => pattern.test(path)) ?? `no ${pattern}`;

test("an audit pack verifies as far as it can by itself, and says how far", async () => {
  const said = await verify("pack");
  expect(said).toMatchObject({ code: 0, err: "" });
  expect(said.out).toMatch(/ok {3}files: \d+, each as manifest.json lists it/);
  expect(said.out).toMatch(/ok {3}checkpoints: \d+, each signed by a pinned key/);
  expect(said.out).toMatch(/ok {3}proofs: \d+ decisions/);
  expect(said.out).toMatch(
    /ok {3}certificates: 3 of models\/delay: format, digest, signature, key, inclusion, policy, evidence/,
  );
  expect(said.out).toMatch(/ok {3}decisions of models\/delay: [1-9]\d* of \d+ events are proven/);
  const manifest = digestOf(readFileSync(join(home, "pack/manifest.json")));
  expect(said.out).toContain(`not proven: manifest.json, ${manifest}: it is not signed`);
  expect(said.out).toContain("not proven: documents, cards, figures");
  expect(said.out).not.toContain("BAD");
  expect(said.out).toMatch(/\nVERIFIED, but for what is not proven\n$/);
});

test("events without proofs are proven by the chain, where it leads to a signed head", async () => {
  const pack = copyOf("pack");
  const lines = readFileSync(join(pack, "models/delay/decisions.jsonl"), "utf8").trimEnd().split("\n");
  const exported = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "version.exported");
  expect(exported.map(({ index }) => index)).toEqual([14, 15]);
  const before = (await verify(pack)).out.match(/(\d+) of (\d+) events are proven/)?.[0];
  for (const { index } of exported) {
    rmSync(join(pack, `models/delay/proofs/${index}.json`));
    relist(pack, `models/delay/proofs/${index}.json`, undefined);
  }
  const said = await verify(pack);
  expect(said.code).toBe(0);
  expect(said.out).toContain(before ?? "nothing was proven before");
  editPack(pack, "models/delay/decisions.jsonl", (text) => text.replaceAll("to the auditor", "to nobody"));
  expect(await verify(pack)).toMatchObject({
    code: 1,
    out: expect.stringContaining("event 14 is not the one that was recorded"),
  });
});

test("of a workspace whose key was replaced both keys are to be given", async () => {
  const path = copyOf("workspace");
  const [old, next] = ["key.pem", "other-key.pem"].map((name) => keyFileSigner({ path: join(home, name) }));
  if (old === undefined || next === undefined) throw new Error("two keys expected");
  const verifier = pinnedKeysVerifier({
    keys: { [old.keyId]: old.publicKeyPem(), [next.keyId]: next.publicKeyPem() },
  });
  const before = await openWorkspace({ path, signer: old, verifier });
  await before.registry.rotateKey({ to: next, actor: "ada", reason: "a new year" });
  await before.close();
  const ws = await openWorkspace({ path, signer: next, verifier });
  await ws.audit.checkpoint();
  const { files } = await auditPack(ws);
  await ws.close();
  const pack = temporaryFolder();
  for (const { path: name, text } of files) {
    mkdirSync(dirname(join(pack, name)), { recursive: true });
    writeFileSync(join(pack, name), text);
  }
  expect(readFileSync(join(pack, "README.md"), "utf8")).toContain(`\`${old.keyId}\` or \`${next.keyId}\``);
  expect(await run("verify", pack, "--key", "public.pem", "--key", "other.pem")).toMatchObject({ code: 0 });
  for (const [given, left] of [
    ["other.pem", old.keyId],
    ["public.pem", next.keyId],
  ] as const)
    expect(await run("verify", pack, "--key", given)).toMatchObject({
      code: 1,
      out: expect.stringContaining(`BAD  key ${left}: it signed, as the pack says, and was not given`),
    });
});

test("the README of a pack names its key and this command", () => {
  const readme = readFileSync(join(home, "pack/README.md"), "utf8");
  expect(readme).toContain(`signed by the key \`${keyId()}\``);
  expect(readme).toContain(`npx sluice verify . --key ${keyId()}.pem`);
});

test("a pack of which any file has another byte does not verify", async () => {
  const files = filesBelow(join(home, "pack"));
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const path = copyOf("pack");
    if (file === "manifest.json")
      editByte(join(path, file), readFileSync(join(path, file), "utf8").indexOf("sha256:") + 9);
    else editByte(join(path, file));
    const said = await verify(path);
    expect({ file, ...said }).toMatchObject({ code: 1, err: "", out: expect.stringContaining("BAD") });
  }
});

test("a pack that was edited together with its manifest is told by what is signed", async () => {
  const proof = pathIn(join(home, "pack"), /proofs\/\d+\.json$/);
  const certificate = pathIn(join(home, "pack"), /certificates\/.*production.*\.json$/);
  const edits: readonly (readonly [string, string, (text: string) => string])[] = [
    ["checkpoints.json", "checkpoint 1 of", (text) => text.replace(/"size": (\d)/, '"size": 9$1')],
    ["checkpoints.json", "the one that it follows is not there", (text) => JSON.stringify(JSON.parse(text).slice(1))],
    [
      "checkpoints.json",
      "its checkpoint is none of checkpoints.json",
      (text) => JSON.stringify(JSON.parse(text).slice(0, 1)),
    ],
    ["models/delay/proofs/4.json", "it is of event 5", () => read("pack/models/delay/proofs/5.json")],
    [
      "models/delay/decisions.jsonl",
      "event 13 does not have the hash that was signed",
      (text) => text.replace(/("index":13,.*"hash":"sha256:)[0-9a-f]{8}/, "$1abababab"),
    ],
    [proof, "proof models/delay", (text) => text.replace("delay@1", "delay@7")],
    [certificate, "digest: its body", (text) => text.replace('"actor": "ada"', '"actor": "eve"')],
    ["models/delay/decisions.jsonl", "decisions of models/delay: event", (text) => text.replace("ready", "later")],
    [
      "verdict.json",
      "verdict.json and manifest.json tell of another log",
      (text) => text.replace(/"events": \d+/, '"events": 3'),
    ],
  ];
  for (const [path, fault, edit] of edits) {
    const pack = copyOf("pack");
    editPack(pack, path, edit);
    const said = await verify(pack);
    expect({ path, ...said }).toMatchObject({ code: 1, out: expect.stringContaining(fault) });
    expect(said.out).toContain("each as manifest.json lists it");
  }
});

test("a certificate among those of another model does not verify", async () => {
  const pack = copyOf("pack");
  cpSync(join(pack, "models/delay"), join(pack, "models/other"), { recursive: true });
  const manifest: PackManifest = JSON.parse(readFileSync(join(pack, "manifest.json"), "utf8"));
  const copies = manifest.files.flatMap(({ path, ...file }) =>
    path.startsWith("models/delay/") ? [{ path: path.replace("delay/", "other/"), ...file }] : [],
  );
  writeFileSync(join(pack, "manifest.json"), JSON.stringify({ ...manifest, files: [...manifest.files, ...copies] }));
  expect(await verify(pack)).toMatchObject({ code: 1, out: expect.stringContaining('it is of the model "delay"') });
});

test("a pack without one of its files, or with one more, does not verify, whatever its manifest says", async () => {
  const promoted = filesBelow(join(home, "pack"))
    .filter((path) => path.includes("/proofs/"))
    .find((path) => read(`pack/${path}`).includes("version.promoted"));
  const lost = [
    new RegExp(`${promoted}$`),
    /certificates\/.*production/,
    /evidence\//,
    /decisions\.jsonl$/,
    /checkpoints\.json$/,
  ];
  for (const pattern of lost) {
    const pack = copyOf("pack");
    const path = pathIn(pack, pattern);
    rmSync(join(pack, path));
    expect(await verify(pack)).toMatchObject({
      code: 1,
      out: expect.stringContaining(`file ${path}: it is not there`),
    });
    relist(pack, path, undefined);
    const said = await verify(pack);
    expect({ path, ...said }).toMatchObject({
      code: 1,
      out: expect.stringMatching(/BAD {2}(?:certificate|decisions|checkpoints)/),
    });
  }
  const pack = copyOf("pack");
  writeFileSync(join(pack, "more\nok   all is well"), "");
  const said = await verify(pack);
  expect(said.code).toBe(1);
  expect(said.out).not.toMatch(/^ok {3}all is well/m);
});

test("a pack of a log that did not verify does not", async () => {
  const pack = temporaryFolder();
  const verdict = '{"valid":false,"events":3,"reason":"event 2 was edited"}';
  writeFileSync(join(pack, "verdict.json"), verdict);
  const log = { events: 3, head: null, verified: false, fault: "event 2 was edited" };
  const files = [{ path: "verdict.json", digest: digestOf(verdict), sizeBytes: verdict.length }];
  writeFileSync(
    join(pack, "manifest.json"),
    JSON.stringify({ kind: "audit-pack", schema: 1, models: [], madeAtMs: 0, log, files }),
  );
  expect(await verify(pack)).toMatchObject({
    code: 1,
    out: expect.stringContaining("BAD  log: it did not verify when the pack was made: event 2 was edited"),
  });
});
