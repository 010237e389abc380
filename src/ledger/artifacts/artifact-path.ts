import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";

/**
 * Checks the name of a file in an artifact: a relative path with forward slashes that cannot leave its folder.
 *
 * Throws `artifact/invalid-name` for an absolute path, a drive letter, an empty, `.` or `..` segment, a backslash, a NUL or another
 * control character, a lone surrogate, more than 1,024 characters, and what some system cannot keep under its own name: `CON`, `NUL`, `COM1` and the like,
 * a segment that ends with a dot or a blank, and the characters `<>:"|?*`.
 */
export function checkArtifactPath(path: string): void {
  if (typeof path !== "string")
    requireArgument("an artifact", "the name of a file", path, "text", "artifact/invalid-name");
  const fault = faultOf(path);
  if (fault === undefined) return;
  throw new SluiceError("artifact/invalid-name", {
    found: `the file name ${JSON.stringify(path.slice(0, 200))}, which ${fault}`,
    expected: 'a relative path with forward slashes, as in "plots/loss.svg"',
    fix: "Rename the file.",
  });
}

/**
 * Checks every name, and that all can lie in one folder of any system: no two alike but for case or Unicode form, and none that is the folder of another.
 * Throws `artifact/invalid-name`.
 */
export function checkArtifactPaths(paths: readonly string[]): void {
  const files = new Map<string, string>();
  for (const path of paths) {
    checkArtifactPath(path);
    const key = folded(path);
    const other = files.get(key);
    if (other !== undefined) throw collision(path, other);
    files.set(key, path);
  }
  for (const [key, path] of files)
    for (let end = key.lastIndexOf("/"); end > 0; end = key.lastIndexOf("/", end - 1)) {
      const file = files.get(key.slice(0, end));
      if (file !== undefined) throw collision(path, file);
    }
}

/** The form in which systems that ignore case and Unicode form compare names. */
function folded(path: string): string {
  return path.normalize("NFKC").toLowerCase();
}

function collision(path: string, other: string): SluiceError {
  return new SluiceError("artifact/invalid-name", {
    found:
      path === other
        ? `two files named ${JSON.stringify(path)}`
        : `${JSON.stringify(path)} beside ${JSON.stringify(other)}`,
    expected: "every file of an artifact under its own name, on every system",
    fix: "Rename one of them.",
  });
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
  if (segments.some((segment) => reserved.test(segment))) return "has a segment that is the name of a device";
  if (segments.some((segment) => /[. ]$/.test(segment))) return "has a segment that ends with a dot or a blank";
  if (/[<>:"|?*]/.test(path)) return 'holds one of the characters <>:"|?*';
  return undefined;
}

/** Names that Windows has for devices, with any extension. */
const reserved = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

function hasControlCharacter(path: string): boolean {
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}
