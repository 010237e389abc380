import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

const execute = promisify(execFile);
const script = fileURLToPath(new URL("../support/full-disk-child.ts", import.meta.url));
const node = `"${process.execPath}" --disable-warning=ExperimentalWarning "${script}"`;

interface Said {
  readonly codes: { readonly [step: string]: string };
  readonly before: { readonly rows: number };
  readonly afterBig: object;
  readonly afterFull: object;
  readonly end: { readonly rows: number; readonly runs: number; readonly leftovers: number; readonly audit: object };
  readonly reopened: number;
}

async function shell(command: string): Promise<Said> {
  const { stdout } = await execute("bash", ["-c", command], { maxBuffer: 1 << 24 });
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Said;
}

/** Whether this process may mount a small file system in a namespace of its own. */
async function canMount(): Promise<boolean> {
  const tried = execute("bash", [
    "-c",
    'unshare --map-root-user --mount mount -t tmpfs -o size=1m tmpfs "$0"',
    temporaryFolder(),
  ]);
  return await tried.then(
    () => true,
    () => false,
  );
}

function expectSound(said: Said): void {
  expect(said.codes["bigIngest"]).toBe("io/disk-full");
  expect(said.before).toMatchObject({ rows: 300, leftovers: 0, audit: { valid: true } });
  expect(said.afterBig).toEqual(said.before);
  expect(said.codes).toMatchObject({ freed: "committed", freedRun: "done" });
  expect(said.end).toMatchObject({ rows: 340, leftovers: 0, audit: { valid: true } });
  expect(said.reopened).toBe(340);
}

test("a full disk is io/disk-full for files and database alike; nothing is lost, and with room again everything works", async (context) => {
  if (!(await canMount())) {
    // The other test of this file still covers files, and the one of the SQLite store its database.
    context.skip("no file system can be mounted here: needs Linux with unshare(1) and user namespaces, or root");
  }
  const folder = temporaryFolder();
  const mount = `mount -t tmpfs -o size=4m tmpfs "${folder}"`;
  const said = await shell(`unshare --map-root-user --mount bash -c '${mount} && exec ${node} "${folder}" fill'`);
  expectSound(said);
  expect(said.codes).toMatchObject({ smallIngest: "io/disk-full", run: "io/disk-full" });
  expect(said.afterFull).toEqual(said.before);
  expect(said.end.runs).toBe(1);
});

test.skipIf(process.platform === "win32")("a limit on the size of files is io/disk-full; nothing is lost", async () => {
  const said = await shell(`ulimit -f 2048; exec ${node} "${temporaryFolder()}"`);
  expectSound(said);
});
