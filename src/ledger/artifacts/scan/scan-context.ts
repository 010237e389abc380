import type { ArtifactFinding, ArtifactLimits, ArtifactRisk } from "../../../contracts/artifact-scan.ts";

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
  /** Looks at what an archive holds, one deeper. */
  within(path: string, bytes: Uint8Array): Promise<unknown>;
}

/** Looks at a file's bytes; answers their media type. */
export type Look = (path: string, bytes: Uint8Array, context: ScanContext) => Promise<string>;

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
    within: async (path, bytes) => await look(path, bytes, at(depth + 1)),
  });
  return at(0);
}
