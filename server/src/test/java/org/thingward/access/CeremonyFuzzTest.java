package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.verify.Damage;

/** Whatever an authenticator or a browser answers: checked, or refused as the client's mistake. */
class CeremonyFuzzTest {
  private static final SoftwareAuthenticator KEY = new SoftwareAuthenticator();
  private static final RelyingParty PARTY = new RelyingParty(ConsoleName.LOCALHOST);
  private static final Challenge CHALLENGE =
      Challenge.draw(Purpose.REGISTRATION, "ada", new Randomness(Time.ofMachine()));
  private static final byte[] CREATED = KEY.clientData("webauthn.create", CHALLENGE.text());
  private static final List<byte[]> SOUND =
      List.of(
          KEY.attestationObject(),
          KEY.authenticatorData(false),
          CREATED,
          KEY.clientData("webauthn.get", CHALLENGE.text()),
          "{\"challenge\":\"AAAA\",\"response\":{\"signature\":\"AAAA\"}}"
              .getBytes(StandardCharsets.UTF_8));

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_answer_is_checked_or_refused(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_answers_are_checked_or_refused() {
    Damage.each(800, SOUND, CeremonyFuzzTest::read);
  }

  private static void read(byte[] bytes) {
    refusing(() -> PARTY.register(CHALLENGE, 9443, bytes, CREATED));
    refusing(() -> PARTY.register(CHALLENGE, 9443, KEY.attestationObject(), bytes));
    Passkey passkey = passkey();
    byte[] got = KEY.clientData("webauthn.get", CHALLENGE.text());
    // Nobody but the key signs: what is changed of an assertion never passes.
    for (RelyingParty.Assertion assertion :
        List.of(
            new RelyingParty.Assertion(bytes, got, new byte[70], ""),
            new RelyingParty.Assertion(KEY.authenticatorData(false), bytes, new byte[70], ""),
            new RelyingParty.Assertion(KEY.authenticatorData(false), got, bytes, ""))) {
      assertThat(refusing(() -> PARTY.verify(passkey, 0, CHALLENGE, 9443, assertion))).isTrue();
    }
    refusing(() -> Fields.read(bytes).object("response").bytes("signature"));
  }

  private static Passkey passkey() {
    return new Passkey(
        org.thingward.trust.Subject.operator("ada"),
        SoftwareAuthenticator.base64(KEY.id),
        "",
        ConsoleName.LOCALHOST,
        java.time.Instant.EPOCH,
        PARTY.read(KEY.attestationObject(), CREATED));
  }

  private static boolean refusing(Runnable work) {
    try {
      work.run();
      return false;
    } catch (Problem problem) {
      assertThat(problem.status()).isBetween(400, 499);
      assertThat(problem.detail()).isNotBlank();
      return true;
    }
  }
}
