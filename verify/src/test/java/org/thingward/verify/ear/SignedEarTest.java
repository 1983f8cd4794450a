package org.thingward.verify.ear;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.Component;
import org.thingward.trust.Tier;
import org.thingward.trust.TrustVector;
import org.thingward.verify.Damage;

/** Attestation results as tokens: believed when signed as ours are, and refused otherwise. */
class SignedEarTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
  private static final KeyPair PAIR = pair("secp256r1");
  private static final ECPublicKey KEY = (ECPublicKey) PAIR.getPublic();
  private static final EarKeys KEYS = EarKeys.of(List.of(KEY));
  private static final SignedEar SOUND = SignedEar.of(ear(), KEY, message -> sign(message));

  private static Ear ear() {
    return new Ear(
        Ear.PROFILE,
        NOW,
        Optional.of(NOW.plusSeconds(60)),
        "works",
        "1.0",
        new TreeMap<>(
            Map.of(
                "device:pump-07",
                new Ear.Appraised(
                    Tier.WARNING,
                    new TrustVector(
                        Map.of(
                            Component.HARDWARE, Tier.AFFIRMING,
                            Component.EXECUTABLES, Tier.WARNING)),
                    List.of("urn:thingward:policy:x"),
                    Optional.of("L5")))));
  }

  @Test
  void what_was_signed_is_read_back_with_the_keys_as_a_set() {
    EarKeys others = EarKeys.read(KEYS.json());
    assertThat(SOUND.verified(others, NOW)).isEqualTo(ear());
    assertThat(new String(KEYS.json(), UTF_8)).doesNotContain("\"d\"");
  }

  @Test
  void every_single_bit_counts() {
    byte[] text = SOUND.text().getBytes(US_ASCII);
    for (int bit = 0; bit < 8 * text.length; bit++) {
      byte[] turned = text.clone();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      SignedEar other =
          new SignedEar(new String(turned, java.nio.charset.StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> other.verified(KEYS, NOW))
          .as("bit %d", bit)
          .isInstanceOf(EarRefused.class);
    }
  }

  @Test
  void the_algorithm_is_not_the_tokens_to_say() throws Exception {
    String kid = EarKeys.name(KEY);
    refused("is not ES256", token("{\"alg\":\"none\",\"kid\":\"" + kid + "\"}", new byte[0]));
    refused("is not ES256", token("{\"alg\":\"None\",\"kid\":\"" + kid + "\"}", new byte[64]));
    // The public key as a secret: what a verifier would take that goes by the header.
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getEncoded(), "HmacSHA256"));
    String header = encoded("{\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}");
    String signed = header + "." + SOUND.text().split("\\.")[1];
    refused(
        "is not ES256",
        signed
            + "."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mac.doFinal(signed.getBytes(US_ASCII))));
    refused("is not ES256", token("{\"alg\":\"ES384\",\"kid\":\"" + kid + "\"}", new byte[96]));
  }

  @Test
  void a_token_brings_no_key_of_its_own_and_names_one_that_is_believed() {
    refused("not known here", token("{\"alg\":\"ES256\",\"jwk\":{},\"kid\":\"x\"}", new byte[64]));
    refused("not known here", token("{\"alg\":\"ES256\",\"crit\":[],\"kid\":\"x\"}", new byte[64]));
    refused("none of those believed", token("{\"alg\":\"ES256\",\"kid\":\"x\"}", new byte[64]));
    refused("names no key by kid", token("{\"alg\":\"ES256\"}", new byte[64]));
    ECPublicKey other = (ECPublicKey) pair("secp256r1").getPublic();
    assertThatThrownBy(() -> SOUND.verified(EarKeys.of(List.of(other)), NOW))
        .hasMessageContaining("none of those believed");
    String named =
        new String(EarKeys.of(List.of(other)).json(), UTF_8)
            .replace(EarKeys.name(other), EarKeys.name(KEY));
    EarKeys misnamed = EarKeys.read(named.getBytes(UTF_8));
    assertThatThrownBy(() -> SOUND.verified(misnamed, NOW))
        .hasMessageContaining("not this key's over this token");
  }

  @Test
  void keys_of_other_kinds_and_points_elsewhere_are_refused() {
    String set = new String(KEYS.json(), UTF_8);
    for (String[] change :
        new String[][] {
          {"\"EC\"", "\"oct\""},
          {"\"P-256\"", "\"P-384\""},
          {"ES256", "HS256"},
          {"\"sig\"", "\"enc\""}
        }) {
      assertThatThrownBy(() -> EarKeys.read(set.replace(change[0], change[1]).getBytes(UTF_8)))
          .isInstanceOf(EarRefused.class);
    }
    String x = set.replaceAll(".*\"x\":\"([^\"]+)\".*", "$1");
    String zero = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
    assertThatThrownBy(() -> EarKeys.read(set.replace(x, zero).getBytes(UTF_8)))
        .hasMessageContaining("no point of P-256");
  }

  @Test
  void what_is_over_or_of_tomorrow_is_refused() {
    assertThatThrownBy(() -> SOUND.verified(KEYS, NOW.plusSeconds(60)))
        .hasMessageContaining("to be relied on until");
    assertThatThrownBy(() -> SOUND.verified(KEYS, NOW.minusSeconds(120)))
        .hasMessageContaining("yet to come");
    assertThat(SOUND.verified(KEYS, NOW.minusSeconds(30))).isEqualTo(ear());
  }

  @Test
  void results_with_the_names_of_before_are_read_too() {
    Ear former =
        Ear.read(
            """
            {"eat_profile":"tag:github.com,2023:veraison/ear","iat":1666529184,
             "ear.verifier-id":{"developer":"https://veraison-project.org","build":"vts 0.0.1"},
             "submods":{"PARSEC_TPM":{"ear.status":"contraindicated","ear.appraisal-policy-id":"p",
               "ear.trustworthiness-vector":{"instance-identity":2,"configuration":96,
                 "executables":-2,"hardware":33,"sourced-data":1}}}}\
            """
                .getBytes(UTF_8));
    Ear.Appraised part = former.parts().get("PARSEC_TPM");
    assertThat(part.status()).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(part.vector().of(Component.CONFIGURATION)).isEqualTo(Tier.CONTRAINDICATED);
    assertThat(part.vector().of(Component.EXECUTABLES)).isEqualTo(Tier.AFFIRMING);
    assertThat(part.vector().of(Component.HARDWARE)).isEqualTo(Tier.WARNING);
    assertThat(part.vector().of(Component.SOURCED_DATA)).isEqualTo(Tier.NONE);
    assertThat(part.policies()).containsExactly("p");
  }

  @Test
  void each_value_of_a_trustworthiness_claim_has_its_tier_and_what_is_none_is_refused() {
    Map.of(
            "-128", Tier.CONTRAINDICATED,
            "-97", Tier.CONTRAINDICATED,
            "-96", Tier.WARNING,
            "-33", Tier.WARNING,
            "-32", Tier.AFFIRMING,
            "-2", Tier.AFFIRMING,
            "-1", Tier.NONE,
            "1", Tier.NONE,
            "31", Tier.AFFIRMING,
            "127", Tier.CONTRAINDICATED)
        .forEach((value, tier) -> assertThat(stating(value)).as(value).isEqualTo(tier));
    for (String value : List.of("-129", "128", "-9223372036854775808", "9223372036854775807")) {
      assertThatThrownBy(() -> stating(value))
          .isInstanceOf(EarRefused.class)
          .hasMessageContaining("is no value of a trustworthiness claim");
    }
  }

  /** The tier of the executables of a result that states this of them. */
  private static Tier stating(String value) {
    String claims = new String(ear().claims(), UTF_8);
    String stated = "\"executables\":";
    assertThat(claims).contains(stated);
    byte[] changed = claims.replaceFirst(stated + "[0-9]+", stated + value).getBytes(UTF_8);
    return Ear.read(changed).parts().get("device:pump-07").vector().of(Component.EXECUTABLES);
  }

  static Stream<Arguments> seeds() {
    return Damage.seeds(sound());
  }

  private static List<byte[]> sound() {
    return List.of(SOUND.text().getBytes(US_ASCII), ear().claims(), KEYS.json());
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_or_refused(byte[] bytes) {
    readAll(bytes);
  }

  @Test
  void damaged_ones_are_read_or_refused() {
    Damage.each(2_000, sound(), SignedEarTest::readAll);
  }

  private static void readAll(byte[] bytes) {
    orRefused(() -> {
      Ear read = Ear.read(bytes);
      assertThat(read.parts()).isNotEmpty();
      assertThat(Ear.read(read.claims())).isEqualTo(read);
    });
    orRefused(() -> {
      byte[] written = EarKeys.read(bytes).json();
      assertThat(EarKeys.read(written).json()).isEqualTo(written);
    });
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    orRefused(() -> assertThat(new SignedEar(text).verified(KEYS, NOW)).isEqualTo(ear()));
  }

  private static void orRefused(Runnable reading) {
    try {
      reading.run();
    } catch (EarRefused refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static void refused(String why, String token) {
    assertThatThrownBy(() -> new SignedEar(token).verified(KEYS, NOW))
        .isInstanceOf(EarRefused.class)
        .hasMessageContaining(why);
  }

  private static String token(String header, byte[] signature) {
    return encoded(header)
        + "."
        + SOUND.text().split("\\.")[1]
        + "."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static byte[] sign(byte[] message) {
    PrivateKey key = PAIR.getPrivate();
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair pair(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new java.security.spec.ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
