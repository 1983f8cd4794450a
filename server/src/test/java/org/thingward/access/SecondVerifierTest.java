package org.thingward.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.access.ApprovalHouse.BOB;

import com.yubico.webauthn.AssertionRequest;
import com.yubico.webauthn.CredentialRepository;
import com.yubico.webauthn.FinishAssertionOptions;
import com.yubico.webauthn.FinishRegistrationOptions;
import com.yubico.webauthn.RegisteredCredential;
import com.yubico.webauthn.data.AuthenticatorSelectionCriteria;
import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.PublicKeyCredential;
import com.yubico.webauthn.data.PublicKeyCredentialCreationOptions;
import com.yubico.webauthn.data.PublicKeyCredentialDescriptor;
import com.yubico.webauthn.data.PublicKeyCredentialParameters;
import com.yubico.webauthn.data.PublicKeyCredentialRequestOptions;
import com.yubico.webauthn.data.RelyingPartyIdentity;
import com.yubico.webauthn.data.UserIdentity;
import com.yubico.webauthn.data.UserVerificationRequirement;
import com.yubico.webauthn.exception.AssertionFailedException;
import com.yubico.webauthn.exception.RegistrationFailedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.thingward.ledger.ListedOpenings;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.Problem;
import org.thingward.verify.approval.ApprovalEntry;
import org.thingward.verify.approval.ApprovalVerifier;
import org.thingward.verify.approval.Assertion;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is in the ledger of passkeys and approvals is checked by three: the server's own (on
 * webauthn4j), the offline one of {@code verify}, and Yubico's, which shares no code with either.
 */
class SecondVerifierTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int PORT = 9443;
  private static final RelyingParty OURS = new RelyingParty(ConsoleName.LOCALHOST);

  private final ApprovalHouse home = new ApprovalHouse();
  private final SoftwareAuthenticator bob = ApprovalHouse.key(1);
  private final Map<ByteArray, RegisteredCredential> known = new LinkedHashMap<>();
  private final com.yubico.webauthn.RelyingParty yubico =
      com.yubico.webauthn.RelyingParty.builder()
          .identity(RelyingPartyIdentity.builder().id("localhost").name("Thingward").build())
          .credentialRepository(new Known())
          .origins(Set.of("https://localhost:" + PORT))
          .validateSignatureCounter(true)
          .build();

  @Test
  void O2_registrations_on_record_are_accepted_by_a_second_verifier_and_for_no_other_challenge() {
    home.invite(BOB, bob, "releaser");
    List<JsonNode> registrations = registrations();
    assertThat(registrations).hasSize(2);
    for (JsonNode entry : registrations) {
      Registration registration = Registration.of(entry);
      byte[] challenge = challengeOf(registration.clientData());
      assertThat(accepts(registration, challenge)).isTrue();
      assertThat(ours(registration, challenge)).isTrue();
      byte[] other = challenge.clone();
      other[0]++;
      assertThat(accepts(registration, other)).isFalse();
      assertThat(ours(registration, other)).isFalse();
    }
  }

  @Test
  void O2_registrations_that_the_server_refuses_a_second_verifier_refuses_too() {
    byte[] challenge = new byte[32];
    Map<String, Consumer<SoftwareAuthenticator>> wrong =
        Map.of(
            "user not verified", key -> key.flags = SoftwareAuthenticator.PRESENT,
            "user not present", key -> key.flags = SoftwareAuthenticator.VERIFIED,
            "another origin", key -> key.origin = "https://localhost.example:9443",
            "another port", key -> key.origin = "https://localhost:9444",
            "another name", key -> key.rp = "example.com");
    wrong.forEach((what, change) -> {
      SoftwareAuthenticator key = ApprovalHouse.key(3);
      change.accept(key);
      Registration registration = registration(key, challenge);
      assertThat(ours(registration, challenge)).as(what).isFalse();
      assertThat(accepts(registration, challenge)).as(what).isFalse();
    });
    assertThat(accepts(registration(ApprovalHouse.key(3), challenge), challenge)).isTrue();
  }

  @Test
  void O4_approvals_on_record_are_accepted_by_a_second_verifier_and_what_we_refuse_by_none() {
    home.invite(BOB, bob, "releaser");
    registrations()
        .forEach(entry -> {
          Registration registration = Registration.of(entry);
          assertThat(accepts(registration, challengeOf(registration.clientData()))).isTrue();
        });
    String id = home.awaited(ApprovalHouse.release(ApprovalHouse.ADA, "pump-07"));
    home.approve(id, BOB);
    ApprovalEntry.Approved approved = last(ApprovalEntry.Approved.class);
    byte[] challenge = last(ApprovalEntry.Asked.class).request().challenge();
    long before = bob.counter - 1L;
    requireAll(true, "as it is on record", approved.assertion(), challenge, before);
    assertThat(home.verified().faults()).isEmpty();

    // The counter is compared where it is signed, by both; offline nobody knows the one before.
    requireAtSigning(false, "signed once more", approved.assertion(), challenge, bob.counter);
    byte[] other = challenge.clone();
    other[31]++;
    requireAll(false, "another request", approved.assertion(), other, before);
    byte[] bent = approved.assertion().signature().clone();
    bent[bent.length - 1]++;
    requireAll(
        false,
        "another signature",
        new Assertion(
            approved.assertion().passkey(),
            approved.assertion().authenticatorData(),
            approved.assertion().clientData(),
            bent),
        challenge,
        before);
    Map<String, Consumer<SoftwareAuthenticator>> wrong =
        Map.of(
            "user not verified", key -> key.flags = SoftwareAuthenticator.PRESENT,
            "user not present", key -> key.flags = SoftwareAuthenticator.VERIFIED,
            "another origin", key -> key.origin = "https://evil.example",
            "another name", key -> key.rp = "example.com");
    wrong.forEach((what, change) -> {
      change.accept(bob);
      requireAll(false, what, signed(challenge, "webauthn.get"), challenge, before);
      bob.flags = SoftwareAuthenticator.PRESENT | SoftwareAuthenticator.VERIFIED;
      bob.origin = "https://localhost:" + PORT;
      bob.rp = "localhost";
    });
    requireAll(false, "a registration", signed(challenge, "webauthn.create"), challenge, before);
    requireAll(true, "signed anew", signed(challenge, "webauthn.get"), challenge, before);
  }

  private void requireAll(
      boolean good, String what, Assertion assertion, byte[] challenge, long before) {
    requireAtSigning(good, what, assertion, challenge, before);
    assertThat(offline(assertion, challenge)).as("offline: " + what).isEqualTo(good);
  }

  private void requireAtSigning(
      boolean good, String what, Assertion assertion, byte[] challenge, long before) {
    assertThat(ours(assertion, challenge, before)).as("ours: " + what).isEqualTo(good);
    assertThat(accepts(assertion, challenge, before)).as("Yubico's: " + what).isEqualTo(good);
  }

  private Assertion signed(byte[] challenge, String type) {
    byte[] data = bob.authenticatorData(false);
    byte[] client = bob.clientData(type, SoftwareAuthenticator.base64(challenge));
    return new Assertion(
        SoftwareAuthenticator.base64(bob.id), data, client, bob.sign(data, client));
  }

  private Registration registration(SoftwareAuthenticator key, byte[] challenge) {
    return new Registration(
        BOB,
        "dXNlcg",
        ConsoleName.LOCALHOST,
        home.house.now(),
        PORT,
        key.attestationObject(),
        key.clientData("webauthn.create", SoftwareAuthenticator.base64(challenge)));
  }

  private List<JsonNode> registrations() {
    return home.house.log.stream()
        .filter(item -> item.type() == EntryType.PASSKEY)
        .map(item -> JSON.readTree(item.content()))
        .toList();
  }

  private <T extends ApprovalEntry> T last(Class<T> kind) {
    return home.house.log.stream()
        .filter(item -> item.type() == EntryType.APPROVAL)
        .map(ListedOpenings.Item::content)
        .map(ApprovalEntry::read)
        .filter(kind::isInstance)
        .map(kind::cast)
        .reduce((older, newer) -> newer)
        .orElseThrow();
  }

  private static byte[] challengeOf(byte[] clientData) {
    return Base64.getUrlDecoder().decode(JSON.readTree(clientData).path("challenge").asString());
  }

  private static boolean ours(Registration registration, byte[] challenge) {
    try {
      OURS.register(
          new Challenge(Purpose.REGISTRATION, "", challenge),
          PORT,
          registration.attestationObject(),
          registration.clientData());
      return true;
    } catch (Problem refused) {
      return false;
    }
  }

  private boolean ours(Assertion assertion, byte[] challenge, long before) {
    Passkey passkey =
        registrations().stream()
            .map(Registration::of)
            .map(registration -> registration.passkey(OURS))
            .filter(one -> one.id().equals(assertion.passkey()))
            .findFirst()
            .orElseThrow();
    try {
      return OURS.verify(
              passkey,
              before,
              new Challenge(Purpose.APPROVAL, "", challenge),
              PORT,
              new RelyingParty.Assertion(
                  assertion.authenticatorData(),
                  assertion.clientData(),
                  assertion.signature(),
                  passkey.user()))
          >= 0;
    } catch (Problem refused) {
      return false;
    }
  }

  /** Whether it counts offline as an agreement to what was asked, or to something else. */
  private boolean offline(Assertion assertion, byte[] challenge) {
    ApprovalEntry.Asked asked = last(ApprovalEntry.Asked.class);
    boolean same = Arrays.equals(asked.request().challenge(), challenge);
    ApprovalVerifier verifier = new ApprovalVerifier();
    for (ListedOpenings.Item item : home.house.log) {
      if (item.type() != EntryType.APPROVAL) {
        verifier.add(item.type(), item.content());
      }
    }
    String text = new String(asked.canonical(), UTF_8);
    verifier.add(
        EntryType.APPROVAL,
        (same
                ? text
                : text.replace("pump-07", "pump-08").replace("device.release", "device.reveal"))
            .getBytes(UTF_8));
    verifier.add(
        EntryType.APPROVAL,
        new ApprovalEntry.Approved(
                asked.request().id(), BOB, home.house.now(), PORT, bob.counter, assertion)
            .canonical());
    return verifier.report().faults().isEmpty();
  }

  /** Whether Yubico's accepts a registration; it is known then. */
  private boolean accepts(Registration registration, byte[] challenge) {
    ByteArray user = new ByteArray(registration.user().getBytes(UTF_8));
    try {
      var options =
          FinishRegistrationOptions.builder()
              .request(
                  PublicKeyCredentialCreationOptions.builder()
                      .rp(yubico.getIdentity())
                      .user(
                          UserIdentity.builder()
                              .name(registration.operator().name())
                              .displayName(registration.operator().name())
                              .id(user)
                              .build())
                      .challenge(new ByteArray(challenge))
                      .pubKeyCredParams(List.of(PublicKeyCredentialParameters.ES256))
                      .authenticatorSelection(
                          AuthenticatorSelectionCriteria.builder()
                              .userVerification(UserVerificationRequirement.REQUIRED)
                              .build())
                      .build())
              .response(
                  PublicKeyCredential.parseRegistrationResponseJson(
                      JSON.writeValueAsString(
                          Map.of(
                              "id",
                              registration.passkey(OURS).id(),
                              "type",
                              "public-key",
                              "clientExtensionResults",
                              Map.of(),
                              "response",
                              Map.of(
                                  "attestationObject",
                                  SoftwareAuthenticator.base64(registration.attestationObject()),
                                  "clientDataJSON",
                                  SoftwareAuthenticator.base64(registration.clientData()))))))
              .build();
      var result = yubico.finishRegistration(options);
      known.put(
          result.getKeyId().getId(),
          RegisteredCredential.builder()
              .credentialId(result.getKeyId().getId())
              .userHandle(user)
              .publicKeyCose(result.getPublicKeyCose())
              .signatureCount(0)
              .build());
      return true;
    } catch (RegistrationFailedException | IllegalArgumentException refused) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private boolean accepts(Assertion assertion, byte[] challenge, long before) {
    ByteArray id = new ByteArray(Base64.getUrlDecoder().decode(assertion.passkey()));
    known.computeIfPresent(id, (same, one) -> one.toBuilder().signatureCount(before).build());
    try {
      var options =
          FinishAssertionOptions.builder()
              .request(
                  AssertionRequest.builder()
                      .publicKeyCredentialRequestOptions(
                          PublicKeyCredentialRequestOptions.builder()
                              .challenge(new ByteArray(challenge))
                              .rpId("localhost")
                              .userVerification(UserVerificationRequirement.REQUIRED)
                              .build())
                      .userHandle(known.get(id).getUserHandle())
                      .build())
              .response(
                  PublicKeyCredential.parseAssertionResponseJson(
                      JSON.writeValueAsString(
                          Map.of(
                              "id",
                              assertion.passkey(),
                              "type",
                              "public-key",
                              "clientExtensionResults",
                              Map.of(),
                              "response",
                              Map.of(
                                  "authenticatorData",
                                  SoftwareAuthenticator.base64(assertion.authenticatorData()),
                                  "clientDataJSON",
                                  SoftwareAuthenticator.base64(assertion.clientData()),
                                  "signature",
                                  SoftwareAuthenticator.base64(assertion.signature()))))))
              .build();
      return yubico.finishAssertion(options).isSuccess();
    } catch (AssertionFailedException | IllegalArgumentException refused) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What Yubico's asks of whoever keeps credentials. */
  private final class Known implements CredentialRepository {
    @Override
    public Set<PublicKeyCredentialDescriptor> getCredentialIdsForUsername(String name) {
      return Set.of();
    }

    @Override
    public Optional<ByteArray> getUserHandleForUsername(String name) {
      return Optional.empty();
    }

    @Override
    public Optional<String> getUsernameForUserHandle(ByteArray user) {
      return Optional.of("somebody");
    }

    @Override
    public Optional<RegisteredCredential> lookup(ByteArray id, ByteArray user) {
      return Optional.ofNullable(known.get(id))
          .filter(credential -> credential.getUserHandle().equals(user));
    }

    @Override
    public Set<RegisteredCredential> lookupAll(ByteArray id) {
      return Set.of();
    }
  }
}
