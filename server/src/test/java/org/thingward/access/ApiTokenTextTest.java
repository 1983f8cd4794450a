package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.verify.Damage;

/** The form of an API token: found by scanners, read in one way, and told from what is cut. */
class ApiTokenTextTest {
  private static final Randomness RANDOMNESS = new Randomness(Time.ofMachine());
  private static final ApiTokenText SMALLEST = new ApiTokenText(new UUID(0, 0), new byte[32]);
  private static final ApiTokenText LARGEST = new ApiTokenText(new UUID(-1, -1), largest());
  private static final List<byte[]> SOUND =
      List.of(bytes(SMALLEST.text()), bytes(LARGEST.text()), bytes(drawn().text()));

  private static ApiTokenText drawn() {
    return new ApiTokenText(RANDOMNESS.id(), RANDOMNESS.bytes(32));
  }

  private static byte[] largest() {
    byte[] bytes = new byte[32];
    java.util.Arrays.fill(bytes, (byte) 0xFF);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void it_is_read_as_it_was_written() {
    for (ApiTokenText one : List.of(SMALLEST, LARGEST, drawn(), drawn())) {
      ApiTokenText read = ApiTokenText.read(one.text()).orElseThrow();
      assertThat(read.id()).isEqualTo(one.id());
      assertThat(read.secret()).isEqualTo(one.secret());
      assertThat(read.text()).isEqualTo(one.text());
      assertThat(one.toString()).doesNotContain(one.text().substring(45, 80));
    }
  }

  @Test
  void one_letter_changed_or_lost_anywhere_makes_it_none() {
    String text = drawn().text();
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == '0' ? '1' : '0';
      assertThat(ApiTokenText.read(text.substring(0, i) + other + text.substring(i + 1))).isEmpty();
      assertThat(ApiTokenText.read(text.substring(0, i) + text.substring(i + 1))).isEmpty();
    }
    assertThat(ApiTokenText.read(text + " ")).isEmpty();
  }

  @Test
  void a_secret_beyond_256_bits_is_none_though_its_checksum_is_right() {
    String head = "thingward_" + "0".repeat(32) + "_" + "z".repeat(43);
    CRC32 crc = new CRC32();
    crc.update(bytes(head));
    String digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    StringBuilder checksum = new StringBuilder();
    for (long rest = crc.getValue(); checksum.length() < 6; rest /= 62) {
      checksum.insert(0, digits.charAt((int) (rest % 62)));
    }
    assertThat(ApiTokenText.read(head + "_" + checksum)).isEmpty();
  }

  @Test
  void a_scanner_finds_leaked_ones_by_the_documented_pattern(@TempDir Path leaked)
      throws Exception {
    String documented = documentedPattern();
    assertThat(documented).isEqualTo(ApiTokenText.FORM);
    String token = drawn().text();
    Map<String, Boolean> files =
        Map.of(
            "ci.yaml", true,
            "shell.history", true,
            "prose.md", false);
    Files.writeString(leaked.resolve("ci.yaml"), "  THINGWARD_TOKEN: \"" + token + "\"\n");
    Files.writeString(
        leaked.resolve("shell.history"), "curl -H 'Authorization: Bearer " + token + "' x\n");
    Files.writeString(
        leaked.resolve("prose.md"), "thingward_0123 and thingward_tokens_refused_total\n");
    Process grep =
        new ProcessBuilder("grep", "-rlE", documented, leaked.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String found = new String(grep.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    files.forEach((file, leaks) -> assertThat(found.contains(file)).as(file).isEqualTo(leaks));
  }

  private static String documentedPattern() throws Exception {
    Matcher matcher =
        Pattern.compile("`(thingward_\\[[^`]+)`")
            .matcher(Files.readString(Path.of("../docs/operators.md")));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  static Stream<Arguments> seeds() {
    return Damage.seeds(SOUND);
  }

  @MethodSource("seeds")
  @FuzzTest
  void any_text_is_a_token_in_its_one_form_or_none(byte[] bytes) {
    read(bytes);
  }

  @Test
  void damaged_texts_are_tokens_in_their_one_form_or_none() {
    Damage.each(2_000, SOUND, ApiTokenTextTest::read);
  }

  private static void read(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    ApiTokenText.read(text).ifPresent(token -> assertThat(token.text()).isEqualTo(text));
  }
}
