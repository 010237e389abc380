import type { ArtifactFinding, ArtifactLimits, ArtifactRisk } from "../../../contracts/artifact-scan.ts";
import type { LookedAt } from "./looked-at.ts";

/** Below this an archive may unpack to as many times its size as it likes. */
export const harmlessBytes: number = 16 * 2 ** 20;

/** What is looked for, and what was found. */
export interface ScanContext {
  readonly limits: Required<ArtifactLimits>;
  readonly findings: ArtifactFinding[];
  /** The artifact's own files: where ONNX tensors may lie. */
  readonly paths: ReadonlySet<string>;
  /** How many archives are around what is looked at. */
  readonly depth: number;
  report(path: string, risk: ArtifactRisk, reason: string): void;
  /** Whether everything found so far is let in. */
  isGoingOn(): boolean;
  /** Bytes that may still be unpacked. */
  room(): number;
  unpacked(bytes: number): void;
  /** The same, one archive deeper. */
  deeper(): ScanContext;
  /** Looks at what an archive holds, one deeper. */
  within(path: string, looked: LookedAt): Promise<unknown>;
}

/** Looks at what a file holds; answers their media type. */
export type Look = (path: string, looked: LookedAt, context: ScanContext) => Promise<string>;

/** Starts a scan of an artifact with these files. */
export function scanContext(limits: Required<ArtifactLimits>, paths: ReadonlySet<string>, look: Look): ScanContext {
  const findings: ArtifactFinding[] = [];
  let room = limits.maxUnpackedBytes;
  const at = (depth: number): ScanContext => ({
    limits,
    findings,
    paths,
    depth,
    report: (path, risk, reason) => {
      findings.push({ path, risk, reason });
    },
    isGoingOn: () => findings.every(({ risk }) => limits.allow.includes(risk)),
    room: () => room,
    unpacked: (bytes) => {
      room = Math.max(0, room - bytes);
    },
    deeper: () => at(depth + 1),
    within: async (path, looked) => await look(path, looked, at(depth + 1)),
  });
  return at(0);
}
