import type { Artifact, ArtifactContent } from "../../contracts/artifact.ts";
import type { ScannedFile } from "../../contracts/artifact-scan.ts";
import { SluiceError } from "../../core/errors.ts";
import { mediaTypeOf } from "./scan/media-type.ts";

/** What a name may add to bytes that show no more than that they are text. */
const textTypes: ReadonlyMap<string, string> = new Map([
  ["css", "text/css"],
  ["csv", "text/csv"],
  ["html", "text/html"],
  ["js", "text/javascript"],
  ["jsonl", "application/x-ndjson"],
  ["md", "text/markdown"],
  ["py", "text/x-python"],
  ["svg", "image/svg+xml"],
  ["toml", "application/toml"],
  ["tsv", "text/tab-separated-values"],
  ["xml", "application/xml"],
  ["yaml", "application/yaml"],
  ["yml", "application/yaml"],
]);

/**
 * An artifact's files by digest, size and media type: what its bytes show where they are of a known format, else the host's word, else, for a text, what
 * its name says; `application/octet-stream` where nobody knows.
 */
export function describedFiles({ files }: Artifact, content: ArtifactContent): readonly ScannedFile[] {
  const given = new Map(content.files.map((file) => [file.path, file]));
  return files.map(({ path, digest, sizeBytes }) => {
    const { bytes = new Uint8Array(), mediaType } = given.get(path) ?? {};
    return {
      path,
      digest,
      sizeBytes,
      mediaType: describedType({ path, bytes, ...(mediaType !== undefined && { mediaType }) }),
    };
  });
}

/** The media type of one file, as {@link describedFiles} tells it. */
export function describedType({ path, bytes, mediaType }: ArtifactContent["files"][number]): string {
  const shown = mediaTypeOf(bytes);
  if (!vague.has(shown)) return shown;
  if (mediaType !== undefined) return mediaType;
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return (shown === "text/plain" ? textTypes.get(extension) : undefined) ?? shown;
}

/** What bytes show that are of no format of their own. */
const vague: ReadonlySet<string> = new Set(["application/octet-stream", "application/json", "text/plain"]);

/** `type/subtype` of RFC 6838, with parameters. */
const mediaTypeText =
  /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:; ?[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|"[\x20\x21\x23-\x7e]*"))*$/;

/** Refuses a host's word that is no media type. Errors: `argument/invalid`. */
export function requireMediaTypes({ files }: ArtifactContent): void {
  for (const { path, mediaType } of files) {
    if (mediaType === undefined || (typeof mediaType === "string" && mediaTypeText.test(mediaType))) continue;
    throw new SluiceError("argument/invalid", {
      found: `the media type ${String(JSON.stringify(mediaType))} of "${path}"`,
      expected: 'a type and a subtype, as in "text/csv"',
      fix: "Correct it, or leave it out.",
    });
  }
}
