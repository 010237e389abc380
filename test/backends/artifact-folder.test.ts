import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { artifactFolder } from "../../src/backends/fs/artifact-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function folderWith(files: { readonly [path: string]: string }): string {
  const folder = join(temporaryFolder(), "model");
  mkdirSync(join(folder, "net"), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

test("reads the files of a folder and follows links that stay in it", async () => {
  const folder = folderWith({ "b.txt": "b", "net/a.txt": "a" });
  symlinkSync("b.txt", join(folder, "link.txt"));
  const { format, files } = await artifactFolder(folder, { format: "any" });
  const read = files.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]);
  expect({ format, read }).toEqual({
    format: "any",
    read: [
      ["b.txt", "b"],
      ["link.txt", "b"],
      ["net/a.txt", "a"],
    ],
  });
});

test.each(["../secret.txt", "/etc/hostname", "nowhere", "net", "../model-2/x"])(
  "refuses a link to %s",
  async (target) => {
    const folder = folderWith({ "a.txt": "a" });
    writeFileSync(join(folder, "../secret.txt"), "secret");
    mkdirSync(join(folder, "../model-2"));
    writeFileSync(join(folder, "../model-2/x"), "secret");
    symlinkSync(target, join(folder, "link"));
    await expect(artifactFolder(folder, { format: "any" })).rejects.toMatchObject({ code: "artifact/refused" });
  },
);

test("refuses a linked folder, a socket, and more bytes than allowed", async () => {
  const linked = folderWith({ "a.txt": "a" });
  symlinkSync("/etc", join(linked, "etc"));
  await expect(artifactFolder(linked, { format: "any" })).rejects.toThrow(/out of the folder/);
  const listening = folderWith({ "a.txt": "a" });
  const server = createServer().listen(join(listening, "socket"));
  await once(server, "listening");
  await expect(artifactFolder(listening, { format: "any" })).rejects.toThrow(/neither a file nor a folder/);
  server.close();
  const large = folderWith({ "a.txt": "abc", "b.txt": "def" });
  await expect(artifactFolder(large, { format: "any", maxBytes: 5 })).rejects.toMatchObject({
    code: "artifact/too-large",
  });
  expect((await artifactFolder(large, { format: "any", maxBytes: 6 })).files).toHaveLength(2);
});

test("a folder that is not there, and an aborted signal", async () => {
  await expect(artifactFolder("/nowhere/at/all", { format: "any" })).rejects.toMatchObject({ code: "io/failed" });
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(artifactFolder(folderWith({ a: "a" }), { format: "any", signal })).rejects.toThrow("enough");
});
