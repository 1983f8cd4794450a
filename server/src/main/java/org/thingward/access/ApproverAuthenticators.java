package org.thingward.access;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.anchor.TrustAnchorRepository;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.authenticator.AAGUID;
import com.webauthn4j.data.client.CollectedClientData;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.attestation.statement.androidkey.AndroidKeyAttestationStatementVerifier;
import com.webauthn4j.verifier.attestation.statement.apple.AppleAnonymousAttestationStatementVerifier;
import com.webauthn4j.verifier.attestation.statement.packed.PackedAttestationStatementVerifier;
import com.webauthn4j.verifier.attestation.statement.tpm.TPMAttestationStatementVerifier;
import com.webauthn4j.verifier.attestation.statement.u2f.FIDOU2FAttestationStatementVerifier;
import com.webauthn4j.verifier.attestation.trustworthiness.certpath.DefaultCertPathTrustworthinessVerifier;
import com.webauthn4j.verifier.attestation.trustworthiness.self.DefaultSelfAttestationTrustworthinessVerifier;
import java.nio.file.Path;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.thingward.platform.CertificateFile;
import org.thingward.platform.SettingsRefused;

/**
 * Which passkeys can approve: any, or those alone whose authenticator a maker attested when they
 * were registered (WebAuthn level 2, §6.5), and whose key cannot leave it. It is the registration's
 * own bytes that are checked, so that a passkey counts or not by the setting of today.
 */
public final class ApproverAuthenticators {
  private final Set<TrustAnchor> makers;
  private final WebAuthnManager ceremonies;
  private final Map<String, Boolean> known = new ConcurrentHashMap<>();

  private ApproverAuthenticators(Set<TrustAnchor> makers) {
    this.makers = makers;
    this.ceremonies =
        new WebAuthnManager(
            List.of(
                new PackedAttestationStatementVerifier(),
                new TPMAttestationStatementVerifier(),
                new FIDOU2FAttestationStatementVerifier(),
                new AndroidKeyAttestationStatementVerifier(),
                new AppleAnonymousAttestationStatementVerifier()),
            new DefaultCertPathTrustworthinessVerifier(anchors(makers)),
            new DefaultSelfAttestationTrustworthinessVerifier(false));
  }

  private static TrustAnchorRepository anchors(Set<TrustAnchor> makers) {
    return new TrustAnchorRepository() {
      @Override
      public Set<TrustAnchor> find(AAGUID model) {
        return makers;
      }

      @Override
      public Set<TrustAnchor> find(byte[] keyIdentifier) {
        return makers;
      }
    };
  }

  /** Any that verifies its user. */
  public static ApproverAuthenticators any() {
    return new ApproverAuthenticators(Set.of());
  }

  /** Those that lead to one of these makers. */
  static ApproverAuthenticators of(List<X509Certificate> makers) {
    return new ApproverAuthenticators(
        makers.stream()
            .map(maker -> new TrustAnchor(maker, null))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Those that lead to one of the makers in a file of certificates (PEM).
   *
   * @throws SettingsRefused if there is none in it
   */
  public static ApproverAuthenticators read(Path file) {
    return of(CertificateFile.read("--approver-authenticators", file));
  }

  /** What a browser is to ask of an authenticator: whether it says what it is. */
  String conveyance() {
    return makers.isEmpty() ? "none" : "direct";
  }

  /** Whether what this one signs counts as an approval. */
  boolean accept(Passkey passkey) {
    return makers.isEmpty() || known.computeIfAbsent(passkey.id(), id -> isAttested(passkey));
  }

  private boolean isAttested(Passkey passkey) {
    if (passkey.isSyncable()) {
      return false;
    }
    RegistrationData data = passkey.data();
    CollectedClientData client = Objects.requireNonNull(data.getCollectedClientData());
    try {
      var unused =
          ceremonies.verify(
              data,
              new RegistrationParameters(
                  ServerProperty.builder()
                      .origin(client.getOrigin())
                      .rpId(passkey.console().name())
                      .challenge(client.getChallenge())
                      .build(),
                  RelyingParty.PARAMETERS,
                  true,
                  true));
      return true;
    } catch (RuntimeException e) {
      // Whatever the library stumbles over: it is not attested by a maker that is believed.
      return false;
    }
  }
}
