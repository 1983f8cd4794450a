package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
  private static final byte[] GOT = KEY.clientData("webauthn.get", CHALLENGE.text());
  private static final byte[] ATTESTED = KEY.attestationObject();
  private static final byte[] AUTHENTICATED = KEY.authenticatorData(false);
  private static final Passkey PASSKEY = passkey();

  /** What is given, and before it the number of what it is given as. */
  private static final List<byte[]> SOUND =
      List.of(
          as(0, ATTESTED),
          as(1, CREATED),
          as(2, AUTHENTICATED),
          as(3, GOT),
          as(4, new byte[70]),
          as(
              5,
              "{\"challenge\":\"AAAA\",\"response\":{\"signature\":\"AAAA\"}}"
                  .getBytes(StandardCharsets.UTF_8)));

  private static byte[] as(int number, byte[] given) {
    return ByteBuffer.allocate(1 + given.length).put((byte) number).put(given).array();
  }

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
    if (bytes.length == 0) {
      return;
    }
    byte[] given = Arrays.copyOfRange(bytes, 1, bytes.length);
    switch (Math.floorMod(bytes[0], 6)) {
      case 0 -> refusing(() -> PARTY.register(CHALLENGE, 9443, given, CREATED));
      case 1 -> refusing(() -> PARTY.register(CHALLENGE, 9443, ATTESTED, given));
      case 2 -> requireRefused(given, GOT, new byte[70]);
      case 3 -> requireRefused(AUTHENTICATED, given, new byte[70]);
      case 4 -> requireRefused(AUTHENTICATED, GOT, given);
      default -> refusing(() -> Fields.read(given).object("response").bytes("signature"));
    }
  }

  /** Nobody but the key signs: what is changed of an assertion never passes. */
  private static void requireRefused(byte[] authenticator, byte[] client, byte[] signature) {
    var assertion = new RelyingParty.Assertion(authenticator, client, signature, "");
    assertThat(refusing(() -> PARTY.verify(PASSKEY, 0, CHALLENGE, 9443, assertion))).isTrue();
  }

  private static Passkey passkey() {
    return new Passkey(
        org.thingward.trust.Subject.operator("ada"),
        SoftwareAuthenticator.base64(KEY.id),
        "",
        ConsoleName.LOCALHOST,
        java.time.Instant.EPOCH,
        PARTY.read(ATTESTED, CREATED));
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
