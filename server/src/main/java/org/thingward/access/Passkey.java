package org.thingward.access;

import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Objects;
import org.thingward.platform.ConsoleName;
import org.thingward.trust.Subject;

/**
 * A passkey as it was registered: the ceremony's own bytes, from which anyone can check it again.
 *
 * @param operator whose it is
 * @param id the credential id, base64url
 * @param user the user handle that the authenticator gives back, base64url
 * @param console the relying party that it is bound to
 * @param registered when
 * @param data the ceremony, read
 */
record Passkey(
    Subject operator,
    String id,
    String user,
    ConsoleName console,
    Instant registered,
    RegistrationData data) {

  /** The signature counter at registration; 0 if the authenticator keeps none. */
  long firstCounter() {
    return authenticator().getSignCount();
  }

  /** What its logins and approvals are verified with. */
  PublicKey publicKey() {
    AttestedCredentialData credential =
        Objects.requireNonNull(authenticator().getAttestedCredentialData());
    return Objects.requireNonNull(credential.getCOSEKey().getPublicKey());
  }

  /** Whether its key may leave the authenticator, e.g. to be synchronised (flag BE). */
  boolean isSyncable() {
    return authenticator().isFlagBE();
  }

  private AuthenticatorData<?> authenticator() {
    return Objects.requireNonNull(data.getAttestationObject()).getAuthenticatorData();
  }
}
