package org.thingward.platform;

import java.util.Optional;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;

/** Tells who an operator is by what came with a request; the room {@code access} implements it. */
@FunctionalInterface
public interface OperatorAuthentication {
  /**
   * Who asks.
   *
   * @throws Problem 401 if nobody known does, saying what to do
   */
  Caller authenticate(Presented presented);

  /**
   * What came with a request.
   *
   * @param bootstrap whether the connection was made with the bootstrap certificate's key
   * @param cookies the header Cookie; empty if there is none
   * @param authorization the header Authorization; empty if there is none
   * @param clientKey the digest of the public key (SubjectPublicKeyInfo) of the client certificate
   *     that the connection was made with
   */
  record Presented(
      boolean bootstrap, String cookies, String authorization, Optional<Digest> clientKey) {
    /** What a browser presents. */
    public static Presented cookie(String cookies) {
      return new Presented(false, cookies, "", Optional.empty());
    }
  }
}
