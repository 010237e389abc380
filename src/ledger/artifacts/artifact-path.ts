import { SluiceError } from "../../core/errors.ts";

/**
 * Checks the name of a file in an artifact: a relative path with forward slashes that cannot leave its folder.
 *
 * Throws `artifact/invalid-name` for an absolute path, a drive letter, an empty, `.` or `..` segment, a backslash, a NUL or another
 * control character, a lone surrogate, and more than 1,024 characters.
 */
export function checkArtifactPath(path: string): void {
  const fault = faultOf(path);
  if (fault === undefined) return;
  throw new SluiceError("artifact/invalid-name", {
    found: `the file name ${JSON.stringify(path.slice(0, 200))}, which ${fault}`,
    expected: 'a relative path with forward slashes, as in "plots/loss.svg"',
    fix: "Rename the file.",
  });
}

/** Checks every name and that none occurs twice. Throws `artifact/invalid-name`. */
export function checkArtifactPaths(paths: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of paths) {
    checkArtifactPath(path);
    if (seen.has(path)) {
      throw new SluiceError("artifact/invalid-name", {
        found: `two files named ${JSON.stringify(path)}`,
        expected: "every file of an artifact under its own name",
        fix: "Rename one of them.",
      });
    }
    seen.add(path);
  }
}

function faultOf(path: string): string | undefined {
  if (path === "") return "is empty";
  if (path.length > 1024) return `has ${path.length} characters`;
  if (!path.isWellFormed()) return "holds a lone surrogate";
  if (hasControlCharacter(path)) return "holds a control character";
  if (path.includes("\\")) return "holds a backslash";
  if (path.startsWith("/")) return "is absolute";
  if (/^[A-Za-z]:/.test(path)) return "starts with a drive letter";
  const segments = path.split("/");
  if (segments.includes("")) return "has an empty segment";
  if (segments.includes(".") || segments.includes("..")) return 'has a segment "." or ".."';
  return undefined;
}

function hasControlCharacter(path: string): boolean {
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}
