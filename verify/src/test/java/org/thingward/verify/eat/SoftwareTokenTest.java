package org.thingward.verify.eat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.Digest;
import org.thingward.verify.Damage;

/** What a device says of its software: believed of its own key alone, now, and over its nonce. */
class SoftwareTokenTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
  private static final String NONCE = "0f".repeat(32);
  private static final Digest FIRMWARE = Digest.of("firmware".getBytes(UTF_8));
  private static final KeyPair KEY = pair("EC", "secp256r1");
  private static final String HEADER = "{'alg':'ES256','typ':'eat+jwt'}";
  private static final String CLAIMS =
      ("{'eat_profile':'%s','eat_nonce':'%s','iat':%d,'exp':%d,'swversion':['3.1.0','semver'],"
              + "'thingward_components':{'firmware':'%s'}}")
          .formatted(
              SoftwareToken.PROFILE,
              NONCE,
              NOW.getEpochSecond(),
              NOW.getEpochSecond() + 60,
              FIRMWARE);
  private static final SoftwareToken SAID =
      new SoftwareToken("3.1.0", new TreeMap<>(Map.of("firmware", FIRMWARE)));

  @ParameterizedTest
  @CsvSource({
    "EC, secp256r1, ES256, SHA256withECDSAinP1363Format",
    "EC, secp384r1, ES384, SHA384withECDSAinP1363Format",
    "Ed25519, Ed25519, EdDSA, Ed25519"
  })
  void each_kind_of_key_signs_in_its_one_way(
      String type, String curve, String algorithm, String jca) {
    KeyPair key = pair(type, curve);
    String token = token(key, jca, HEADER.replace("ES256", algorithm), CLAIMS);
    assertThat(read(token, key.getPublic())).isEqualTo(SAID);
    for (String other : List.of("ES256", "ES384", "EdDSA", "none", "HS256", "RS256")) {
      if (!other.equals(algorithm)) {
        String confused = token(key, jca, HEADER.replace("ES256", other), CLAIMS);
        assertThatThrownBy(() -> read(confused, key.getPublic()))
            .hasMessageContaining("alg is not " + algorithm);
      }
    }
  }

  @Test
  void every_single_bit_counts() {
    for (KeyPair key : List.of(KEY, pair("Ed25519", "Ed25519"))) {
      byte[] text = sound(key).getBytes(US_ASCII);
      assertThat(read(new String(text, ISO_8859_1), key.getPublic())).isEqualTo(SAID);
      for (int bit = 0; bit < 8 * text.length; bit++) {
        byte[] turned = text.clone();
        turned[bit / 8] ^= (byte) (1 << bit % 8);
        assertThatThrownBy(() -> read(new String(turned, ISO_8859_1), key.getPublic()))
            .as("bit %d", bit)
            .isInstanceOf(EatRefused.class);
      }
    }
  }

  @Test
  void no_signature_and_the_public_key_as_a_secret_are_none() throws Exception {
    String unsigned = encoded(HEADER.replace("ES256", "none")) + "." + encoded(CLAIMS) + ".";
    refused("alg is not ES256", unsigned);
    refused("is not this key's", sound(KEY).replaceAll("[^.]+$", ""));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY.getPublic().getEncoded(), "HmacSHA256"));
    String signed = encoded(HEADER.replace("ES256", "HS256")) + "." + encoded(CLAIMS);
    refused("alg is not ES256", signed + "." + base64url(mac.doFinal(signed.getBytes(US_ASCII))));
    KeyPair rsa = pair("RSA", "");
    assertThatThrownBy(() -> read(sound(KEY), rsa.getPublic()))
        .hasMessageContaining("this key is of RSA");
    assertThatThrownBy(() -> read(sound(KEY), pair("EC", "secp256r1").getPublic()))
        .hasMessageContaining("is not this key's");
  }

  @Test
  void another_nonce_and_another_time_are_refused() {
    assertThatThrownBy(
            () -> SoftwareToken.verified(sound(KEY), KEY.getPublic(), "0e".repeat(32), NOW))
        .hasMessageContaining("answers another nonce");
    assertThatThrownBy(
            () -> SoftwareToken.verified(sound(KEY), KEY.getPublic(), NONCE, NOW.plusSeconds(60)))
        .hasMessageContaining("exp is past");
    said("is not now", "'exp':" + (NOW.getEpochSecond() + 60), "'exp':9999999999", -301);
    said("is not now", "'x':0", "'x':0", 61);
    said("is no time", "'iat':" + NOW.getEpochSecond(), "'iat':-1", 0);
    String timeless = CLAIMS.replaceAll("'iat':\\d+,'exp':\\d+,", "");
    assertThat(read(signed(KEY, timeless), KEY.getPublic()))
        .as("a device without a clock has the nonce")
        .isEqualTo(SAID);
  }

  private static void said(String why, String was, String is, long issued) {
    String claims =
        CLAIMS
            .replace(was, is)
            .replace("'iat':" + NOW.getEpochSecond(), "'iat':" + (NOW.getEpochSecond() + issued));
    refused(why, signed(KEY, claims));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          software-attestation#1      | software-attestation#2        | eat_profile is not
          'swversion'                 | 'sub':'other','swversion'     | 'sub' that is not known here
          'eat_nonce'                 | 'nonce'                       | 'nonce' that is not known
          ['3.1.0','semver']          | '3.1.0'                       | swversion is no list
          ['3.1.0','semver']          | []                            | is not a version
          ['3.1.0','semver']          | ['3.1.0','semver','x']        | is not a version
          ['3.1.0','semver']          | ['3.1 0']                     | printable characters
          'firmware':                 | 'Firmware':                   | no name of a part
          'firmware':                 | 'a-b-c-d-e-f':                | no name of a part
          'firmware':                 | 'firmware-firmware-firmware-firmwar': | no name of a part
          sha256:                     | md5:                          | a digest is written
          'thingward_components'      | 'measurements'                | 'measurements' that is not
          'iat'                       | 'iat':1,'iat'                 | Duplicate
          """)
  void what_else_is_said_than_such_tokens_say_is_refused(String was, String is, String why) {
    assertThat(CLAIMS).contains(was);
    refused(why, signed(KEY, CLAIMS.replace(was, is)));
  }

  @Test
  void too_many_parts_none_and_what_is_too_long_are_refused() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      many.append("'p").append(i).append("':'").append(FIRMWARE).append("',");
    }
    refused("1 to 16 parts", signed(KEY, CLAIMS.replace("'firmware'", many + "'firmware'")));
    refused("1 to 16 parts", signed(KEY, CLAIMS.replaceAll("\\{'firmware':'[^']+'}", "{}")));
    refused("longer than 16384", sound(KEY) + "A".repeat(SoftwareToken.LONGEST));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {'alg':'ES256'}                                 | typ is not eat+jwt
          {'alg':'ES256','typ':'JWT'}                     | typ is not eat+jwt
          {'typ':'eat+jwt'}                               | no member 'alg'
          {'alg':'ES256','typ':'eat+jwt','jwk':{}}        | 'jwk' that is not known here
          {'alg':'ES256','typ':'eat+jwt','crit':[]}       | 'crit' that is not known here
          {'alg':'ES256','typ':'eat+jwt','b64':false}     | 'b64' that is not known here
          {'alg':'ES256','typ':'eat+jwt','zip':'DEF'}     | 'zip' that is not known here
          {'alg':1,'typ':'eat+jwt'}                       | alg is no text
          []                                              | is no object
          """)
  void a_header_that_says_anything_else_is_refused(String header, String why) {
    refused(why, token(KEY, "SHA256withECDSAinP1363Format", header, CLAIMS));
  }

  @Test
  void a_token_of_another_form_is_refused() {
    refused("three parts", "a.b");
    refused("three parts", sound(KEY) + ".x");
    refused("no base64url", "+." + sound(KEY).substring(sound(KEY).indexOf('.') + 1));
    refused("another way than usual", sound(KEY) + "==");
  }

  static Stream<Arguments> seeds() {
    return Damage.seeds(seedTokens());
  }

  private static List<byte[]> seedTokens() {
    return List.of(sound(KEY).getBytes(US_ASCII), CLAIMS.replace('\'', '"').getBytes(US_ASCII));
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_or_refused(byte[] bytes) {
    orRefused(new String(bytes, ISO_8859_1));
    // Signed as they are, so that what is read behind the signature is reached too.
    orRefused(
        encoded(HEADER) + "." + base64url(bytes) + "." + signature(KEY, encoded(HEADER), bytes));
  }

  @Test
  void damaged_ones_are_read_or_refused() {
    Damage.each(1_000, seedTokens(), this::any_bytes_are_read_or_refused);
  }

  private static void orRefused(String token) {
    try {
      assertThat(read(token, KEY.getPublic()).components()).isNotEmpty();
    } catch (EatRefused refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static void refused(String why, String token) {
    assertThatThrownBy(() -> read(token, KEY.getPublic()))
        .isInstanceOf(EatRefused.class)
        .hasMessageContaining(why);
  }

  private static SoftwareToken read(String token, PublicKey key) {
    return SoftwareToken.verified(token, key, NONCE, NOW);
  }

  private static String sound(KeyPair key) {
    return key == KEY
        ? signed(KEY, CLAIMS)
        : token(key, "Ed25519", HEADER.replace("ES256", "EdDSA"), CLAIMS);
  }

  private static String signed(KeyPair key, String claims) {
    return token(key, "SHA256withECDSAinP1363Format", HEADER, claims);
  }

  private static String token(KeyPair key, String jca, String header, String claims) {
    String message = encoded(header) + "." + encoded(claims);
    return message + "." + sign(key, jca, message);
  }

  private static String signature(KeyPair key, String header, byte[] payload) {
    return sign(key, "SHA256withECDSAinP1363Format", header + "." + base64url(payload));
  }

  private static String sign(KeyPair key, String jca, String message) {
    try {
      Signature signature = Signature.getInstance(jca);
      signature.initSign(key.getPrivate());
      signature.update(message.getBytes(US_ASCII));
      return base64url(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String encoded(String json) {
    return base64url(json.replace('\'', '"').getBytes(UTF_8));
  }

  private static String base64url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static KeyPair pair(String type, String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
      if (type.equals("EC")) {
        generator.initialize(new java.security.spec.ECGenParameterSpec(curve));
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
