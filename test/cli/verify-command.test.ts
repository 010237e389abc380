import {
  cpSync,
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
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { runCommand } from "../../src/cli/run-command.ts";
import { digestOf } from "../../src/core/digest.ts";
import { openWorkspace } from "../../src/index.ts";
import { auditPack } from "../../src/workflows/governance/audit-pack.ts";
import type { PackManifest } from "../../src/workflows/governance/pack-record.ts";
import { governedWorkspace } from "../support/governed-workspace.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { type Said, sluice } from "./command-line.ts";

// What an auditor was given is verified by one command: by public keys alone, and what it cannot show is said.

const home = mkdtempSync(join(tmpdir(), "sluice-verify-cli-"));
const keyFile = join(home, "key.pem");
let keyId = "";

beforeAll(async () => {
  const before = process.env["SLUICE_KEY_FILE"];
  process.env["SLUICE_KEY_FILE"] = keyFile;
  const { ws } = await governedWorkspace(home);
  const by = { actor: "ada", reason: "to the auditor" };
  const version = { name: "delay", version: 1 };
  await ws.registry.export(version, join(home, "delay-1"), by);
  await ws.registry.export(version, join(home, "delay-1.tar"), by);
  await ws.close();
  if (before === undefined) delete process.env["SLUICE_KEY_FILE"];
  else process.env["SLUICE_KEY_FILE"] = before;
  const signer = keyFileSigner({ path: keyFile });
  keyId = signer.keyId;
  writeFileSync(join(home, "public.pem"), signer.publicKeyPem());
  writeFileSync(join(home, "other.pem"), keyFileSigner({ path: join(home, "other-key.pem") }).publicKeyPem());
  const audited = await sluice(home, ["audit", "--workspace", "workspace", "--out", "pack"], {
    env: { SLUICE_KEY_FILE: keyFile },
  });
  expect(audited).toMatchObject({ code: 0, err: "" });
}, 120_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

/** The command in this process. */
async function run(...args: readonly string[]): Promise<Said> {
  let [out, err] = ["", ""];
  const code = await runCommand(args, {
    out: (text) => {
      out += `${text}\n`;
    },
    err: (text) => {
      err += `${text}\n`;
    },
    env: {},
    cwd: home,
    isInteractive: false,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

const verify = async (path: string, ...more: readonly string[]): Promise<Said> =>
  await run("verify", path, "--key", "public.pem", ...more);

function copyOf(name: string): string {
  const path = join(temporaryFolder(), "copy");
  cpSync(join(home, name), path, { recursive: true });
  return path;
}

function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(path, name)).isFile())
    .sort();
}

/** Another byte in the middle of a file. */
function editByte(path: string, at = Math.floor(statSync(path).size / 2)): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

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

const pathIn = (pack: string, pattern: RegExp): string =>
  filesBelow(pack).find((path) => pattern.test(path)) ?? `no ${pattern}`;

test("an exported version verifies, as folder and as .tar, and each check is a line", async () => {
  for (const path of ["delay-1", "delay-1.tar"]) {
    const said = await verify(path);
    expect(said).toMatchObject({ code: 0, err: "" });
    expect(said.out).toContain(`${path}: exported version\n  ok   bundle: `);
    expect(said.out).toContain("certificate: delay@1, candidate → production, at most 100% of the traffic, by ada at ");
    for (const part of [
      "signature",
      "artifact",
      "version",
      "policy",
      "evidence",
      "evaluation",
      "approvals",
      "inclusion",
    ])
      expect(said.out).toContain(`\n  ok   ${part}: `);
    expect(said.out).not.toContain("BAD");
    expect(said.out).toMatch(new RegExp(`signed by: ${keyId}\nVERIFIED\n$`));
  }
});

test("an exported version of which any file has another byte does not verify", async () => {
  const files = filesBelow(join(home, "delay-1"));
  expect(files.length).toBeGreaterThan(6);
  for (const file of files) {
    const path = copyOf("delay-1");
    editByte(join(path, file));
    const said = await verify(path);
    expect({ file, ...said }).toMatchObject({
      code: 1,
      err: "",
      out: expect.stringMatching(/BAD[\s\S]*DOES NOT VERIFY\n$/),
    });
  }
  const tar = join(home, "delay-1.tar");
  for (const at of [0, 600, Math.floor(statSync(tar).size / 2)]) {
    const path = `${copyOf("delay-1.tar")}.tar`;
    cpSync(tar, path);
    editByte(path, at);
    expect(await verify(path)).toMatchObject({ code: 1, out: expect.stringContaining("BAD") });
  }
});

test("with another key, with none, and with the key that lies in the files nothing is verified", async () => {
  for (const path of ["delay-1", "delay-1.tar", "delay-1/certificate.json", "pack"]) {
    const other = await run("verify", path, "--key", "other.pem");
    expect(other.out).not.toContain("SLUICE_KEY_FILE");
    expect({ path, ...other }).toMatchObject({ code: 1, out: expect.stringMatching(/BAD[\s\S]*DOES NOT VERIFY\n$/) });
    const none = await run("verify", path);
    expect(none.code).toBe(1);
    expect(none.out).toContain(`keys given: none; it says that it is signed by: ${keyId}`);
    expect(none.out).toMatch(/NOT VERIFIED: nothing was proven/);
    expect(none.out).not.toMatch(/ {2}ok /);
  }
  const both = await run("verify", "pack", "--key", "other.pem", "--key", "public.pem");
  expect(both.code).toBe(0);
});

test("a certificate verifies with what lies beside it, and what does not is said", async () => {
  const beside = await verify("delay-1/certificate.json");
  expect(beside).toMatchObject({ code: 0, err: "" });
  for (const part of ["artifact", "version", "policy", "evidence", "evaluation", "approvals", "inclusion"])
    expect(beside.out).toContain(`\n  ok   ${part}: `);
  const folder = temporaryFolder();
  cpSync(join(home, "delay-1/certificate.json"), join(folder, "certificate.json"));
  for (const path of [folder, join(folder, "certificate.json")]) {
    const alone = await verify(path);
    expect(alone).toMatchObject({ code: 0, err: "" });
    expect(alone.out).toContain("--   not proven: artifact: nothing of it lies beside it");
    expect(alone.out).toContain("--   not proven: inclusion: nothing of it lies beside it");
  }
  cpSync(join(home, "delay-1/artifact"), join(folder, "artifact"), { recursive: true });
  expect((await verify(folder)).out).toContain("not proven: artifact: no bundle.json beside it says its format");
});

test("a certificate does not verify where it, or what lies beside it, has another byte", async () => {
  const files = filesBelow(join(home, "delay-1")).filter((file) => file !== "bundle.json" && file !== "records.json");
  for (const file of files) {
    const path = copyOf("delay-1");
    editByte(join(path, file));
    const said = await verify(join(path, "certificate.json"));
    expect({ file, ...said }).toMatchObject({ code: 1, out: expect.stringContaining("BAD") });
  }
  for (const file of ["records.json", "inclusion.json"]) {
    const path = copyOf("delay-1");
    writeFileSync(join(path, file), "{");
    expect(await verify(join(path, "certificate.json"))).toMatchObject({
      code: 1,
      out: expect.stringContaining("BAD"),
    });
  }
});

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
  expect(readme).toContain(`signed by the key \`${keyId}\``);
  expect(readme).toContain(`npx sluice verify . --key ${keyId}.pem`);
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

test("a pack without one of its files, or with one more, does not verify, whatever its manifest says", async () => {
  const lost = [/certificates\/.*production/, /evidence\//, /decisions\.jsonl$/, /checkpoints\.json$/];
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

test("what is found is printed as JSON where that is asked for", async () => {
  const said = await verify("delay-1.tar", "--json");
  expect(said.code).toBe(0);
  expect(JSON.parse(said.out)).toMatchObject({
    path: "delay-1.tar",
    kind: "exported version",
    verified: true,
    keys: [keyId],
    signers: [keyId],
    checks: expect.arrayContaining([{ ok: true, what: "signature: that key signed its body" }]),
    notProven: [],
  });
});

test("what is nothing of the kind, is not there, or is no public key is not verified", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "notes.txt"), "hello");
  writeFileSync(join(folder, "some.json"), '{"a":1}');
  for (const path of [folder, join(folder, "notes.txt"), join(folder, "some.json")])
    expect(await verify(path)).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("nothing that can be verified"),
    });
  expect(await verify(join(folder, "nowhere"))).toMatchObject({
    code: 2,
    out: "",
    err: expect.stringContaining("ENOENT"),
  });
  expect(await run("verify")).toMatchObject({ code: 2, err: expect.stringContaining("no path") });
  expect(await verify("delay-1", "more")).toMatchObject({ code: 2, err: expect.stringContaining('"more"') });
  for (const key of ["nowhere.pem", "key.pem", "delay-1.tar"])
    expect(await run("verify", "delay-1", "--key", key)).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("sluice verify: "),
    });
});

test("the process needs no workspace, makes no key and writes nothing", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "given"));
  cpSync(join(home, "delay-1.tar"), join(folder, "given/delay-1.tar"));
  cpSync(join(home, "public.pem"), join(folder, "given/public.pem"));
  const before = filesBelow(folder);
  const env = { HOME: folder, XDG_CONFIG_HOME: folder, SLUICE_KEY_FILE: join(folder, "key.pem") };
  const said = await sluice(join(folder, "given"), ["verify", "delay-1.tar", "--key", "public.pem"], { env });
  expect(said).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/VERIFIED\n$/) });
  expect(filesBelow(folder)).toEqual(before);
  expect(existsSync(env.SLUICE_KEY_FILE)).toBe(false);
});
