package org.thingward.verify.reference;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import org.thingward.verify.Damage;

/** Values that the maker of releases publishes: believed of that product's release keys alone. */
class ReleaseDocumentTest {
  private static final Subject METER = Subject.product("meter-2");
  private static final KeyPair KEY = TestReleases.key();
  private static final Digest GOOD = Digest.of("good".getBytes(UTF_8));
  private static final String DOCUMENT = TestReleases.document("meter-2", 7, "3.1.0", GOOD);
  private static final String SIGNED = TestReleases.signed(KEY, DOCUMENT);

  @Test
  void what_a_release_key_signed_is_read() {
    ReleaseDocument read = verified(SIGNED);
    assertThat(read.product()).isEqualTo(METER);
    assertThat(read.version()).isEqualTo(7);
    assertThat(read.releases())
        .containsOnlyKeys(Subject.release("meter-2", "3.1.0"))
        .allSatisfy((release, claims) ->
            assertThat(claims).hasToString("{boot.measurement=[" + GOOD + "]}"));
    assertThat(read.published(SIGNED).document()).isEqualTo(Digest.of(SIGNED.getBytes(US_ASCII)));
  }

  @Test
  void every_single_bit_counts() {
    byte[] text = SIGNED.getBytes(US_ASCII);
    for (int bit = 0; bit < 8 * text.length; bit++) {
      byte[] turned = text.clone();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> verified(new String(turned, ISO_8859_1)))
          .as("bit %d", bit)
          .isInstanceOf(ReferenceRefused.class);
    }
  }

  @Test
  void another_products_key_an_unknown_one_and_none_are_refused() {
    KeyPair other = TestReleases.key();
    refused("none of the release keys of meter-2", TestReleases.signed(other, DOCUMENT));
    assertThatThrownBy(() ->
            ReleaseDocument.verified(
                SIGNED, product -> product.equals(METER) ? Set.of() : Set.of(KEY.getPublic())))
        .hasMessageContaining("the policy names no release key of meter-2");
    refused("three parts", DOCUMENT);
    String[] parts = SIGNED.split("\\.");
    String unsigned = TestReleases.header(KEY).replace("EdDSA", "none");
    refused("alg is not EdDSA", TestReleases.url(unsigned) + "." + parts[1] + ".");
    refused("is not this key's", parts[0] + "." + parts[1] + "." + "A".repeat(86));
    String another = TestReleases.document("meter-2", 8, "3.1.0", GOOD);
    refused("is not this key's", parts[0] + "." + TestReleases.url(another) + "." + parts[2]);
    String header = TestReleases.header(KEY);
    refused("typ is not", resigned(header.replace("reference-values+jws", "eat+jwt")));
    refused("names no key by kid", resigned(header.replaceAll("\"kid\":\"[^\"]+\",", "")));
  }

  private static String resigned(String header) {
    return TestReleases.signed(KEY, header, DOCUMENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          reference-values#1        | reference-values#2        | profile is not
          "tag-version":7           | "tag-version":-1          | is less than 0
          "tag-version":7           | "tag-version":7.5         | is no whole number
          "tag-version":7           | "tag-version":7,"x":1     | 'x' that is not known here
          "model":"meter-2"         | "model":"meter-3"         | is not meter-2
          "model":"meter-2"         | "model":"meter-2","x":1   | 'x' that is not known here
          "tag-id":"meter-2"        | "tag-id":"a/b"            | tag-identity.tag-id
          "version":"3.1.0"         | "version":"3/1"           | version
          "mkey":"boot.measurement" | "mkey":"Boot"             | is no name of a claim
          "digests":[               | "digests":["md5:1",       | digests[0]
          "mkey"                    | "authorized-by":[],"mkey" | 'authorized-by' that is not
          """)
  void what_else_is_said_than_such_documents_do_is_refused(String was, String is, String why) {
    assertThat(DOCUMENT).contains(was);
    refused(why, TestReleases.signed(KEY, DOCUMENT.replace(was, is)));
  }

  @Test
  void no_value_and_too_many_are_refused() {
    String none = DOCUMENT.replaceAll("\\[\"sha256:[0-9a-f]+\"]", "[]");
    refused("1 to 10000 digests", TestReleases.signed(KEY, none));
    String one = "\"" + GOOD + "\"";
    String many = DOCUMENT.replace(one, one + ("," + one).repeat(10_000));
    refused("1 to 10000 digests", TestReleases.signed(KEY, many));
    refused("longer than", SIGNED + "A".repeat(ReleaseDocument.LONGEST));
  }

  @Test
  void keys_are_read_as_policies_hold_them_and_others_are_refused() throws Exception {
    for (String[] kind : new String[][] {{"EC", "256"}, {"EC", "384"}, {"Ed25519", "255"}}) {
      PublicKey key = TestReleases.key(kind[0], Integer.parseInt(kind[1])).getPublic();
      assertThat(ReleaseKey.parse(base64(key))).isEqualTo(key);
    }
    for (String[] kind : new String[][] {{"EC", "521"}, {"RSA", "2048"}, {"Ed448", "448"}}) {
      PublicKey key = TestReleases.key(kind[0], Integer.parseInt(kind[1])).getPublic();
      assertThatThrownBy(() -> ReleaseKey.parse(base64(key))).isInstanceOf(ReferenceRefused.class);
    }
    for (String text :
        List.of("", "x", "AAAA", base64(KEY.getPublic()) + "AAAA", "A".repeat(600))) {
      assertThatThrownBy(() -> ReleaseKey.parse(text)).isInstanceOf(ReferenceRefused.class);
    }
  }

  static Stream<Arguments> seeds() {
    return Damage.seeds(sound());
  }

  private static List<byte[]> sound() {
    return List.of(
        SIGNED.getBytes(US_ASCII),
        DOCUMENT.getBytes(UTF_8),
        base64(KEY.getPublic()).getBytes(US_ASCII));
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_bytes_are_read_or_refused(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    orRefused(() -> assertThat(verified(text).version()).isEqualTo(7));
    orRefused(() -> assertThat(ReleaseDocument.read(bytes).releases()).isNotEmpty());
    orRefused(() -> assertThat(base64(ReleaseKey.parse(text))).isNotEmpty());
  }

  @Test
  void damaged_ones_are_read_or_refused() {
    Damage.each(1_000, sound(), this::any_bytes_are_read_or_refused);
  }

  private static void orRefused(Runnable reading) {
    try {
      reading.run();
    } catch (ReferenceRefused refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  private static ReleaseDocument verified(String signed) {
    return ReleaseDocument.verified(
        signed, product -> product.equals(METER) ? Set.of(KEY.getPublic()) : Set.of());
  }

  private static void refused(String why, String signed) {
    assertThatThrownBy(() -> verified(signed))
        .isInstanceOf(ReferenceRefused.class)
        .hasMessageContaining(why);
  }

  private static String base64(PublicKey key) {
    return Base64.getEncoder().encodeToString(key.getEncoded());
  }
}
