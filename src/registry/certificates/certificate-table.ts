import type { CertificateBody, PromotionCertificate } from "../../contracts/certificate.ts";
import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import { type Digest, digestOf, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { certificateFormat } from "./certificate-format.ts";
import { compiledStatement, compiledWrite } from "../../ledger/compiled-statement.ts";
import type { SignedText } from "../../ledger/signed-record.ts";
import type { RegistrySql } from "../tables.ts";

/**
 * A stored certificate whose text still has the digest it is stored under (its signature is not looked at here).
 * Errors: `certificate/missing`, `certificate/invalid`, `certificate/newer-format`.
 */
export async function storedCertificate(
  sql: RegistrySql,
  digest: string,
  subject: string,
): Promise<PromotionCertificate> {
  requireArgument("the registry", "a certificate's digest", digest, "text");
  const [row] = await selectCertificate(sql, digest);
  return certificateOfRow(row, digest, subject);
}

/** {@link storedCertificate} of a row that was read already. Errors: as there. */
export function certificateOfRow(row: SignedText | undefined, digest: string, subject: string): PromotionCertificate {
  if (row === undefined || !isDigest(digest)) {
    throw new SluiceError("certificate/missing", {
      found: `no certificate ${digest} of ${subject}`,
      expected: "the certificate that its promotion signed",
      fix: "Restore the store from a backup, or promote the version again; find out who deleted it.",
    });
  }
  if (digestOf(row.body) !== digest) throw changedCertificate(subject, digest, "its body was changed");
  return { digest, body: readBody(row.body, subject, digest), keyId: row.key_id, signature: row.signature };
}

/** Stores a signed certificate under the digest of its body. */
export async function writeCertificate(tx: MetadataTransaction, digest: Digest, signed: SignedText): Promise<void> {
  await insertCertificate(tx, digest, signed.body, signed.key_id, signed.signature);
}

const selectCertificate = compiledStatement((sql: RegistrySql, digest: string) =>
  sql.selectFrom("registry_certificate").selectAll().where("digest", "=", digest),
);

const insertCertificate = compiledWrite(
  (sql: RegistrySql, digest: string, body: string, key_id: string, signature: string) =>
    sql.insertInto("registry_certificate").values({ digest, body, key_id, signature }),
);

/** The text fits its digest, but nobody has verified its signature yet: it may be anything. */
function readBody(text: string, subject: string, digest: Digest): CertificateBody {
  try {
    const body: CertificateBody | null = JSON.parse(text);
    const format: unknown = typeof body === "object" && body !== null && "schema" in body ? body.schema : undefined;
    if (typeof format === "number" && format > certificateFormat) throw newerCertificate(subject, digest, format);
    if (body !== null && format !== undefined) return body;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw changedCertificate(subject, digest, "its text is no certificate");
}

function newerCertificate(subject: string, digest: string, format: number): SluiceError {
  return new SluiceError("certificate/newer-format", {
    found: `the certificate ${digest} of ${subject} in format ${format}`,
    expected: `format ${certificateFormat}`,
    fix: "Use the version of the library that wrote it, or a newer one.",
  });
}

/** The error for a certificate that does not hold. */
export function changedCertificate(subject: string, digest: Digest, what: string): SluiceError {
  return new SluiceError("certificate/invalid", {
    found: `the certificate ${digest} of ${subject}: ${what}`,
    expected: "the certificate as it was signed at the promotion, by a pinned key",
    fix: "Do not serve this version. Restore the store from a backup, and find out who changed it.",
  });
}
