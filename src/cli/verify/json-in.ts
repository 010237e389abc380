import type { OpenArtifact, OpenArtifactFile } from "../../contracts/artifact.ts";
import { bytesOf } from "../../core/byte-source.ts";

/** A record is small: what is larger is none that this library wrote. */
export const mostRecordBytes: number = 64 * 2 ** 20;

/** The file of a path; undefined where there is none. */
export function fileAt({ files }: OpenArtifact, path: string): OpenArtifactFile | undefined {
  return files.find((file) => file.path === path);
}

/** The text of a file; undefined for none, and for one too large to be a record. */
export async function textIn(file: OpenArtifactFile | undefined): Promise<string | undefined> {
  if (file === undefined || file.sizeBytes > mostRecordBytes) return undefined;
  return new TextDecoder().decode(await bytesOf(file));
}

/** What a file says; undefined for what is no JSON. */
export async function jsonIn(file: OpenArtifactFile | undefined): Promise<unknown> {
  return parsedJson(await textIn(file));
}

/** What a text says; undefined for what is no JSON. */
export function parsedJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
