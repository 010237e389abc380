import { resolve } from "node:path";
import { lineText } from "../core/line-text.ts";
import type { Verifier } from "../contracts/signer.ts";
import { parseOptions, usage } from "./parse-options.ts";
import type { Command, ExitCode, Terminal } from "./terminal.ts";
import { bundleSigners, checkBundle } from "./verify/check-bundle.ts";
import { certificateSigners, checkCertificate } from "./verify/check-certificate.ts";
import { checkPack, packSigners } from "./verify/check-pack.ts";
import { Findings } from "./verify/findings.ts";
import { pinnedKeys } from "./verify/pinned-keys.ts";
import { type Told, withTold } from "./verify/told-path.ts";

const help = `Usage: sluice verify <path> --key <public.pem> [options]

Verifies what was exported, by public keys that you were given by another way: a version (its folder
or .tar), an audit pack, or a certificate.json with the files beside it. What it is shows by its
content. Nothing is written, and no workspace or network is used. Keys that lie in the files are
never believed.

  --key <file>         a public key (PEM) that may have signed; may be repeated
  --json               print what was found as JSON
  --help

Exit code: 0 verified; 1 it does not verify, or no key was given; 2 not read.`;

const options = {
  key: { type: "string", multiple: true },
  json: { type: "boolean" },
} as const;

/** `sluice verify`: whether what came from a workspace is what its keys signed. */
export const verifyCommand: Command = {
  name: "verify",
  summary: "verify an exported version, an audit pack or a certificate by public keys",
  help,
  run: async (args, terminal) => await runVerify(args, terminal),
};

async function runVerify(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const given = parseOptions("verify", args, options, 1);
  const [path] = given.rest;
  if (path === undefined) throw usage("verify", "no path", "what is to be verified, as its first argument");
  const verifier = await pinnedKeys(given.texts("key"), terminal.cwd);
  const keys = verifier.keyIds?.() ?? [];
  return await withTold(resolve(terminal.cwd, path), async (told) => {
    const found = new Findings();
    await tellSigners(told, found);
    if (keys.length > 0) await check(told, verifier, found);
    const verified = keys.length > 0 && found.faults === 0;
    const { checks, notProven, signers } = found;
    const report = { path, kind: told.kind, verified, keys, signers, checks, notProven };
    terminal.out(given.flag("json") ? JSON.stringify(report, null, 2) : reportText(report));
    return verified ? 0 : 1;
  });
}

async function check(told: Told, verifier: Verifier, found: Findings): Promise<void> {
  if (told.kind === "archive") found.bad(`archive: ${told.fault}`);
  else if (told.kind === "certificate") await checkCertificate(told.files, verifier, found);
  else if (told.kind === "audit pack") await checkPack(told.files, verifier, found);
  else await checkBundle(told.files, verifier, found);
}

async function tellSigners(told: Told, found: Findings): Promise<void> {
  if (told.kind === "archive") return;
  if (told.kind === "certificate") certificateSigners(told.files, found);
  else if (told.kind === "audit pack") await packSigners(told.files, found);
  else await bundleSigners(told.files, found);
}

/** What was found, as it is printed and as JSON. */
interface Report extends Pick<Findings, "checks" | "notProven" | "signers"> {
  readonly path: string;
  readonly kind: Told["kind"];
  readonly verified: boolean;
  /** The ids of the keys that were given. */
  readonly keys: readonly string[];
}

function reportText({ path, kind, verified, keys, signers, checks, notProven }: Report): string {
  const listed = (ids: readonly string[]): string => (ids.length === 0 ? "none" : ids.join(", "));
  const verdict =
    keys.length === 0
      ? "NOT VERIFIED: nothing was proven. Pass --key <public.pem>, which its maker gave you by another way."
      : verified
        ? `VERIFIED${notProven.length > 0 ? ", but for what is not proven" : ""}`
        : "DOES NOT VERIFY";
  return [
    `${lineText(path)}: ${kind}`,
    ...checks.map(({ ok, what }) => `  ${ok ? "ok " : "BAD"}  ${what}`),
    ...notProven.map((what) => `  --   not proven: ${what}`),
    `  keys given: ${listed(keys)}; it says that it is signed by: ${listed(signers)}`,
    verdict,
  ].join("\n");
}
