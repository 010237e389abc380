import { cpSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { artifactFolder } from "../../src/backends/fs/artifact-folder.ts";
import { packArtifact } from "../../src/ledger/artifacts/tar/pack-artifact.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { sluice } from "./command-line.ts";
import { copyOf, editByte, filesBelow, home, keyId, run, verify, withGivenFiles } from "./given-files.ts";

// What an auditor was given is verified by one command: by public keys alone, and what was not there is said.

withGivenFiles();

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
    expect(said.out).toMatch(new RegExp(`signed by: ${keyId()}\nVERIFIED\n$`));
  }
});

test("what a file is shows by its content, not by its name; a pack may come as a .tar too", async () => {
  const version = await verify(copyOf("delay-1.tar"));
  expect(version).toMatchObject({ code: 0, out: expect.stringContaining("/copy: exported version\n") });
  const path = join(temporaryFolder(), "anything");
  writeFileSync(path, packArtifact(await artifactFolder(join(home, "pack"), { format: "pack" })));
  expect(await verify(path)).toMatchObject({ code: 0, out: expect.stringContaining("/anything: audit pack\n") });
  const certificate = join(temporaryFolder(), "from-the-lab");
  cpSync(join(home, "delay-1/certificate.json"), certificate);
  expect(await verify(certificate)).toMatchObject({ code: 0, out: expect.stringContaining(": certificate\n") });
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
    expect(none.out).toContain(`keys given: none; it says that it is signed by: ${keyId()}`);
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

test("what is found is printed as JSON where that is asked for", async () => {
  const said = await verify("delay-1.tar", "--json");
  expect(said.code).toBe(0);
  expect(JSON.parse(said.out)).toMatchObject({
    path: "delay-1.tar",
    kind: "exported version",
    verified: true,
    keys: [keyId()],
    signers: [keyId()],
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
