import { canonicalJson } from "../../core/canonical-json.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { headerJson, type ManifestHeader, type ManifestPage, manifestFormat } from "./manifest.ts";

const magic = "SLUICEV2";
const headBytes = 16;

/** A manifest as it is stored: its header, the digest of its parts, and where its pages lie. */
export interface ManifestRoot {
  readonly header: ManifestHeader;
  /** The digest of the sequence of parts. */
  readonly content: Digest;
  /** `blob` is `null` for a page in the root's own blob. */
  readonly pages: readonly (Omit<ManifestPage, "blob"> & { readonly blob: Digest | null })[];
}

/** A page that is stored already, or the bytes of one that goes into the root's blob. */
export type PageToStore = ManifestPage | { readonly digest: Digest; readonly parts: number; readonly body: Uint8Array };

/** A root as bytes (mark, length of the JSON, new pages, JSON), and its pages as they are in there. */
export function encodeRoot(
  header: ManifestHeader,
  content: Digest,
  pages: readonly PageToStore[],
): { readonly bytes: Uint8Array; readonly pages: ManifestRoot["pages"] } {
  const bodies: Uint8Array[] = [];
  let at = headBytes;
  const refs = pages.map((page) => {
    if (!("body" in page)) return { ...page };
    const { digest, parts, body } = page;
    bodies.push(body);
    at += body.length;
    return { digest, parts, blob: null, offset: at - body.length, bytes: body.length };
  });
  const json = new TextEncoder().encode(canonicalJson({ ...headerJson(header), content, pages: refs }));
  const bytes = new Uint8Array(at + json.length);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(8, json.length, true);
  let to = headBytes;
  for (const body of [...bodies, json]) {
    bytes.set(body, to);
    to += body.length;
  }
  return { bytes, pages: refs };
}

/** The root in verified bytes. Throws `data/malformed-source` for other bytes and for a newer format. */
export function decodeRoot(bytes: Uint8Array): ManifestRoot {
  if (bytes.length < headBytes || new TextDecoder().decode(bytes.subarray(0, 8)) !== magic)
    throw malformed("a blob without the mark of a manifest");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  const json: ManifestHeader & Omit<ManifestRoot, "header"> = JSON.parse(
    new TextDecoder().decode(bytes.subarray(bytes.length - length)),
  );
  const { content, pages, ...header } = json;
  if (header.format !== manifestFormat) throw malformed(`a manifest of format ${header.format}`);
  if (!isDigest(content)) throw malformed("a manifest without the digest of its parts");
  return { header, content, pages };
}

function malformed(found: string): SluiceError {
  return new SluiceError("data/malformed-source", {
    found,
    expected: `a manifest of format ${manifestFormat}`,
    fix: "Read this workspace with the version of the library that wrote it.",
  });
}
