package org.thingward.identity;

/** The kinds of errors of ACME that this server answers with (RFC 8555 §6.7). */
enum AcmeError {
  ACCOUNT_DOES_NOT_EXIST("accountDoesNotExist", 400),
  ALREADY_REPLACED("alreadyReplaced", 409),
  ALREADY_REVOKED("alreadyRevoked", 400),
  BAD_ATTESTATION("badAttestationStatement", 403),
  BAD_CSR("badCSR", 400),
  BAD_NONCE("badNonce", 400),
  BAD_PUBLIC_KEY("badPublicKey", 400),
  BAD_REVOCATION_REASON("badRevocationReason", 400),
  BAD_SIGNATURE_ALGORITHM("badSignatureAlgorithm", 400),
  CONNECTION("connection", 400),
  DNS("dns", 400),
  EXTERNAL_ACCOUNT_REQUIRED("externalAccountRequired", 403),
  INCORRECT_RESPONSE("incorrectResponse", 403),
  MALFORMED("malformed", 400),
  ORDER_NOT_READY("orderNotReady", 403),
  RATE_LIMITED("rateLimited", 429),
  REJECTED_IDENTIFIER("rejectedIdentifier", 403),
  SERVER_INTERNAL("serverInternal", 500),
  UNAUTHORIZED("unauthorized", 403),
  UNSUPPORTED_IDENTIFIER("unsupportedIdentifier", 400);

  private static final String NAMESPACE = "urn:ietf:params:acme:error:";

  private final String word;
  private final int status;

  AcmeError(String word, int status) {
    this.word = word;
    this.status = status;
  }

  /** The URN by which clients know it. */
  String type() {
    return NAMESPACE + word;
  }

  /** The HTTP status that goes with it. */
  int status() {
    return status;
  }
}
