package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.thingward.access.ApprovalHouse.ADA;
import static org.thingward.access.ApprovalHouse.BOB;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.PlannedChange;
import org.thingward.platform.Problem;
import org.thingward.verify.approval.ApprovalEntry;
import org.thingward.verify.approval.ApprovalRequest;
import org.thingward.verify.log.EntryType;
import tools.jackson.databind.json.JsonMapper;

/** What no honest authenticator answers, and times that are over. */
class HostileAnswersTest {
  private static final PlannedChange RELEASE = ApprovalHouse.release(ADA, "pump-07");

  private final AccessHouse house = new AccessHouse();
  private final SoftwareAuthenticator key = new SoftwareAuthenticator();

  @Test
  void an_answer_that_breaks_off_anywhere_is_refused_with_a_reason() {
    String user = house.register(key);
    RelyingParty party = new RelyingParty(ConsoleName.LOCALHOST);
    Passkey passkey =
        Registration.of(JsonMapper.shared().readTree(house.log.getFirst().content()))
            .passkey(party);
    Challenge challenge = new Challenge(Purpose.LOGIN, "", new byte[32]);
    key.counter++;
    byte[] data = key.authenticatorData(false);
    byte[] client = key.clientData("webauthn.get", challenge.text());
    byte[] signature = key.sign(data, client);
    assertThat(verify(party, passkey, challenge, user, data, client, signature)).isPositive();
    for (int length = 0; length < data.length; length++) {
      byte[] cut = Arrays.copyOf(data, length);
      refused(() -> verify(party, passkey, challenge, user, cut, client, signature));
    }
    for (int length = 0; length < client.length; length++) {
      byte[] cut = Arrays.copyOf(client, length);
      refused(() -> verify(party, passkey, challenge, user, data, cut, signature));
    }
    for (int length = 0; length < signature.length; length++) {
      byte[] cut = Arrays.copyOf(signature, length);
      refused(() -> verify(party, passkey, challenge, user, data, client, cut));
    }
  }

  private static long verify(
      RelyingParty party,
      Passkey passkey,
      Challenge challenge,
      String user,
      byte[] data,
      byte[] client,
      byte[] signature) {
    return party.verify(
        passkey, 0, challenge, 9443, new RelyingParty.Assertion(data, client, signature, user));
  }

  @Test
  void an_attestation_that_breaks_off_or_is_a_bomb_of_cbor_is_refused_with_a_reason() {
    byte[] whole = key.attestationObject();
    for (int length = 0; length < whole.length; length += 7) {
      byte[] cut = Arrays.copyOf(whole, length);
      refused(() -> register(cut));
    }
    byte[] deep = new byte[30_000];
    Arrays.fill(deep, (byte) 0x81);
    byte[] deepMap = new byte[30_000];
    Arrays.fill(deepMap, (byte) 0xA1);
    byte[] endless = new byte[30_000];
    Arrays.fill(endless, (byte) 0x9F);
    for (byte[] bomb :
        List.of(
            deep,
            deepMap,
            endless,
            // A map, a list, bytes and a text of 2^63 - 1; a tag of a tag; nothing at all.
            new byte[] {(byte) 0xBB, 127, -1, -1, -1, -1, -1, -1, -1},
            new byte[] {(byte) 0x9B, 127, -1, -1, -1, -1, -1, -1, -1},
            new byte[] {(byte) 0x5B, 127, -1, -1, -1, -1, -1, -1, -1},
            new byte[] {(byte) 0x7B, 127, -1, -1, -1, -1, -1, -1, -1},
            new byte[] {(byte) 0xC1, (byte) 0xC1, (byte) 0xC1},
            new byte[] {(byte) 0xF6})) {
      refused(() -> register(bomb));
      // The same where the statement should be: behind what is read first.
      ByteArrayOutputStream inside = new ByteArrayOutputStream();
      inside.writeBytes(new byte[] {(byte) 0xA3, 0x63, 'f', 'm', 't', 0x64, 'n', 'o', 'n', 'e'});
      inside.writeBytes(new byte[] {0x67, 'a', 't', 't', 'S', 't', 'm', 't'});
      inside.writeBytes(bomb);
      refused(() -> register(inside.toByteArray()));
    }
    assertThat(house.log).isEmpty();
  }

  private void register(byte[] attestation) {
    String challenge = house.beginRegistration();
    house.finishRegistration(challenge, attestation, key.clientData("webauthn.create", challenge));
  }

  @Test
  void O4_what_has_expired_or_claims_a_time_after_that_approves_nothing() {
    ApprovalHouse home = new ApprovalHouse();
    home.invite(BOB, ApprovalHouse.key(1), "releaser");
    String id = home.awaited(RELEASE);
    home.approve(id, BOB);
    // What has expired does not come back by a restart.
    home.house.pass(Approvals.LIFE);
    home.house.pass(Duration.ofSeconds(1));
    assertThatThrownBy(() -> home.execute(id, RELEASE)).hasMessageContaining("expired");
    home.house.restart("localhost");
    assertThatThrownBy(() -> home.execute(id, RELEASE)).hasMessageContaining("expired");

    // An agreement that claims a later time than the request may have is found offline.
    ApprovalRequest request =
        home.house.log.stream()
            .filter(item -> item.type() == EntryType.APPROVAL)
            .map(item -> ApprovalEntry.read(item.content()))
            .filter(ApprovalEntry.Asked.class::isInstance)
            .map(entry -> ((ApprovalEntry.Asked) entry).request())
            .findFirst()
            .orElseThrow();
    byte[] late =
        new ApprovalEntry.Executed(
                request.id(), request.requester(), request.expires().plusSeconds(1))
            .canonical();
    var unused = home.house.append(EntryType.APPROVAL, ADA, late);
    assertThat(home.verified().faults())
        .singleElement()
        .asString()
        .contains("after it had expired");
  }

  private static void refused(ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.status()).isBetween(400, 499);
              assertThat(problem.getMessage()).isNotBlank();
              assertThat(new String(problem.json(), StandardCharsets.UTF_8))
                  .doesNotContain("webauthn4j", "Exception");
            });
  }
}
