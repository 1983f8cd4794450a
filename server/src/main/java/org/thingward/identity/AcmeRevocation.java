package org.thingward.identity;

import java.util.Set;
import org.thingward.trust.Digest;
import tools.jackson.databind.JsonNode;

/**
 * Revocation over ACME (RFC 8555 §7.6): by the account whose certificate it is, or by the
 * certificate's own key. What it says of the reason is not kept: the list has none.
 */
final class AcmeRevocation {
  /** RFC 5280 §5.3.1, without those that only an authority can say. */
  private static final Set<Integer> REASONS = Set.of(0, 1, 3, 4, 5);

  private final IdentityStore store;
  private final Revocation revocation;

  AcmeRevocation(IdentityStore store, Revocation revocation) {
    this.store = store;
    this.revocation = revocation;
  }

  /**
   * Revokes; published when it returns.
   *
   * @throws AcmeRefused if who asks may not, or it is revoked
   */
  void revoke(AcmeCall call, byte[] der) {
    requireReason(call.object().path("reason"));
    IssuedCertificate certificate =
        store
            .find(Digest.of(der))
            .filter(found -> mayRevoke(call, found))
            .orElseThrow(() ->
                new AcmeRefused(
                    AcmeError.UNAUTHORIZED,
                    "This is no certificate of this account, nor of the key that signed."));
    if (!revocation.revokeOwn(certificate, Revocation.OwnReason.ASKED)) {
      throw new AcmeRefused(AcmeError.ALREADY_REVOKED, "The certificate is revoked already.");
    }
  }

  private static boolean mayRevoke(AcmeCall call, IssuedCertificate certificate) {
    return call.account()
        .map(account ->
            account.subject().equals(certificate.subject())
                && account.profile() == certificate.profile())
        .orElseGet(() -> call.key().certified().equals(certificate.key()));
  }

  private static void requireReason(JsonNode reason) {
    if (!reason.isMissingNode() && !(reason.isInt() && REASONS.contains(reason.asInt()))) {
      throw new AcmeRefused(
          AcmeError.BAD_REVOCATION_REASON, "A holder's reason is one of " + REASONS + ".");
    }
  }
}
