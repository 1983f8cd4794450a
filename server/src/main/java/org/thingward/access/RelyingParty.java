package org.thingward.access;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.exception.DataConversionException;
import com.webauthn4j.credential.CredentialRecord;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.client.CollectedClientData;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.verifier.exception.BadChallengeException;
import com.webauthn4j.verifier.exception.BadOriginException;
import com.webauthn4j.verifier.exception.BadRpIdException;
import com.webauthn4j.verifier.exception.BadSignatureException;
import com.webauthn4j.verifier.exception.BadTopOriginException;
import com.webauthn4j.verifier.exception.CrossOriginException;
import com.webauthn4j.verifier.exception.InconsistentClientDataTypeException;
import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import com.webauthn4j.verifier.exception.NotAllowedAlgorithmException;
import com.webauthn4j.verifier.exception.UserNotPresentException;
import com.webauthn4j.verifier.exception.UserNotVerifiedException;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.Problem;

/**
 * Checks what authenticators say, as WebAuthn level 2, §7 demands of a relying party. User presence
 * and user verification are demanded of every ceremony; nothing turns that off.
 */
final class RelyingParty {
  /** The algorithms that a passkey may have (COSE numbers), preferred first. */
  static final List<Long> ALGORITHMS = List.of(-7L, -8L, -257L);

  private static final Logger LOG = LoggerFactory.getLogger(RelyingParty.class);
  private static final boolean USER_VERIFIED = true;
  private static final boolean USER_PRESENT = true;
  static final List<PublicKeyCredentialParameters> PARAMETERS =
      ALGORITHMS.stream()
          .map(number ->
              new PublicKeyCredentialParameters(
                  PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(number)))
          .toList();

  private final ConsoleName console;
  private final String conveyance;
  private final WebAuthnManager ceremonies = WebAuthnManager.createNonStrictWebAuthnManager();

  RelyingParty(ConsoleName console) {
    this(console, "none");
  }

  /**
   * One that asks authenticators what they are.
   *
   * @param conveyance {@code none} or {@code direct} (WebAuthn level 2, §5.4.7)
   */
  RelyingParty(ConsoleName console, String conveyance) {
    this.console = console;
    this.conveyance = conveyance;
  }

  String conveyance() {
    return conveyance;
  }

  ConsoleName console() {
    return console;
  }

  /**
   * Reads a registration ceremony that was checked when it took place.
   *
   * @throws Problem 422 if it cannot be read
   */
  RegistrationData read(byte[] attestationObject, byte[] clientData) {
    return refusing(() -> ceremonies.parse(new RegistrationRequest(attestationObject, clientData)));
  }

  /**
   * Checks a registration ceremony on the listener at {@code port}.
   *
   * @throws Problem 422 if it is not as it must be, with the reason
   */
  void register(Challenge challenge, int port, byte[] attestationObject, byte[] clientData) {
    var unused =
        refusing(() -> {
          RegistrationData data =
              ceremonies.parse(new RegistrationRequest(attestationObject, clientData));
          requireOwnOrigin(data.getCollectedClientData());
          return ceremonies.verify(
              data,
              new RegistrationParameters(
                  server(challenge, port), PARAMETERS, USER_VERIFIED, USER_PRESENT));
        });
  }

  /**
   * Checks an assertion on the listener at {@code port} by {@code passkey}, whose counter was last
   * seen at {@code counter}; returns the counter now.
   *
   * @throws Problem 422 if it is not as it must be, with the reason
   */
  long verify(Passkey passkey, long counter, Challenge challenge, int port, Assertion assertion) {
    return refusing(() -> {
      AuthenticationData data =
          ceremonies.parse(
              new AuthenticationRequest(
                  Fields.base64Url(passkey.id(), "id"),
                  assertion.authenticatorData(),
                  assertion.clientData(),
                  assertion.signature()));
      requireOwnOrigin(data.getCollectedClientData());
      ceremonies.verify(
          data,
          new AuthenticationParameters(
              server(challenge, port),
              record(passkey, counter),
              List.of(Fields.base64Url(passkey.id(), "id")),
              USER_VERIFIED,
              USER_PRESENT));
      return Objects.requireNonNull(data.getAuthenticatorData()).getSignCount();
    });
  }

  private ServerProperty server(Challenge challenge, int port) {
    return ServerProperty.builder()
        .origin(new Origin(console.origin(port)))
        .rpId(console.name())
        .challenge(new DefaultChallenge(challenge.bytes()))
        .build();
  }

  private static CredentialRecord record(Passkey passkey, long counter) {
    RegistrationData data = passkey.data();
    CredentialRecordImpl record =
        new CredentialRecordImpl(
            Objects.requireNonNull(data.getAttestationObject()),
            data.getCollectedClientData(),
            data.getClientExtensions(),
            data.getTransports());
    record.setCounter(counter);
    return record;
  }

  /** A page of another site that embeds ours gets nothing, whatever the library allows. */
  private static void requireOwnOrigin(@Nullable CollectedClientData data) {
    if (data != null
        && (Boolean.TRUE.equals(data.getCrossOrigin()) || data.getTopOrigin() != null)) {
      throw new CrossOriginException("crossOrigin");
    }
  }

  private static <T> T refusing(Supplier<T> ceremony) {
    try {
      return ceremony.get();
    } catch (Problem e) {
      throw e;
    } catch (RuntimeException e) {
      // Whatever the library stumbles over was in what it was given.
      LOG.info("a ceremony was refused: {}", e.getClass().getSimpleName());
      throw new Problem(422, "ceremony-refused", reason(e));
    }
  }

  private static String reason(RuntimeException e) {
    return switch (e) {
      case UserNotVerifiedException no ->
          "Your authenticator did not verify you. Use one with a PIN, fingerprint or face, and use it.";
      case UserNotPresentException no -> "Your authenticator did not see you. Touch it when asked.";
      case CrossOriginException no -> "A page of another site may not use a passkey of this one.";
      case BadTopOriginException no -> "A page of another site may not use a passkey of this one.";
      case BadOriginException no ->
          "The answer is for a page at another address. Open the console by the address that the server names.";
      case BadRpIdException no -> "The passkey is for another name than this console's.";
      case BadChallengeException no -> "The answer is to another challenge. Begin again.";
      case BadSignatureException no -> "The signature is not by the registered passkey.";
      case InconsistentClientDataTypeException no ->
          "The answer is to another kind of ceremony. Begin again.";
      case MaliciousCounterValueException no ->
          "The passkey's counter went back: its key may have been copied. Use another passkey and have this one looked at.";
      case NotAllowedAlgorithmException no ->
          "The passkey's algorithm is not one that was asked for.";
      case DataConversionException no -> "The authenticator's answer cannot be read.";
      default -> "The authenticator's answer is not as WebAuthn demands.";
    };
  }

  /**
   * What an authenticator signed, and its signature.
   *
   * @param user the user handle, base64url
   */
  record Assertion(byte[] authenticatorData, byte[] clientData, byte[] signature, String user) {

    /** Reads the member {@code response} of an answer. */
    static Assertion read(Fields response) {
      return new Assertion(
          response.bytes("authenticatorData"),
          response.bytes("clientDataJSON"),
          response.bytes("signature"),
          response.text("userHandle"));
    }
  }
}
