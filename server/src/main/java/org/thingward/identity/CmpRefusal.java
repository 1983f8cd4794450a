package org.thingward.identity;

import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.thingward.platform.Problem;

/** A message over CMP that is not done, and why: what PKIStatusInfo says (RFC 9810 §5.2.3). */
final class CmpRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int failure;

  /**
   * A refusal.
   *
   * @param failure a constant of {@link PKIFailureInfo}
   * @param reason one sentence for a person: what is wrong, and what to do
   */
  CmpRefusal(int failure, String reason) {
    super(reason);
    this.failure = failure;
  }

  /** How the room's own refusals are said in CMP; a defect of ours tells nothing of its nature. */
  static CmpRefusal of(RuntimeException e) {
    if (e instanceof CmpRefusal refusal) {
      return refusal;
    }
    Problem problem = Problem.of(e);
    int failure =
        switch (problem.type().replaceFirst(".*:", "")) {
          case "csr-signature" -> PKIFailureInfo.badPOP;
          case "csr-signature-algorithm" -> PKIFailureInfo.badAlg;
          case "csr-key-refused" -> PKIFailureInfo.badCertTemplate;
          case "csr-malformed", "csr-too-large" -> PKIFailureInfo.badDataFormat;
          case "token-used" -> PKIFailureInfo.certRevoked;
          case "key-in-use", "key-known", "renewal-fork" -> PKIFailureInfo.duplicateCertReq;
          default -> byStatus(problem.status());
        };
    return new CmpRefusal(failure, problem.detail());
  }

  private static int byStatus(int status) {
    if (status >= 500) {
      return status == 503 ? PKIFailureInfo.systemUnavail : PKIFailureInfo.systemFailure;
    }
    return status == 401 || status == 403
        ? PKIFailureInfo.notAuthorized
        : PKIFailureInfo.badRequest;
  }

  static CmpRefusal malformed(String what) {
    return new CmpRefusal(PKIFailureInfo.badDataFormat, what);
  }

  int failure() {
    return failure;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
