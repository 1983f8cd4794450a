package org.thingward.verify.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.thingward.verify.credential.CredentialStrength.Guessable;
import org.thingward.verify.credential.CredentialStrength.Known;
import org.thingward.verify.credential.CredentialStrength.Strong;

class CredentialStrengthTest {
  @Test
  void every_credential_that_mirai_tries_is_known() throws IOException {
    List<String> tried = lines("mirai.txt");
    assertThat(tried).hasSize(60);
    assertThat(tried)
        .allSatisfy(line -> {
          String[] parts = line.split(":", 2);
          assertThat(CredentialStrength.of(parts[0], parts[1])).isInstanceOf(Known.class);
        });
  }

  @Test
  void a_known_password_is_known_with_another_user_name_in_capitals_and_among_blanks() {
    assertThat(CredentialStrength.of("gateway", " XC3511 ")).isEqualTo(new Known("mirai"));
    assertThat(CredentialStrength.of("gateway", "Hivemq")).isEqualTo(new Known("defaults"));
    assertThat(CredentialStrength.of("", "ZigBeeAlliance09")).isEqualTo(new Known("defaults"));
  }

  @Test
  void nothing_and_the_users_own_name_are_defaults() {
    assertThat(CredentialStrength.of("pump-07", "")).isEqualTo(new Known("defaults"));
    assertThat(CredentialStrength.of("pump-07", "PUMP-07")).isEqualTo(new Known("defaults"));
  }

  @Test
  void what_repeats_counts_on_or_lies_side_by_side_on_a_keyboard_is_guessable() {
    for (String plain :
        List.of(
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz",
            "12345678901234567890",
            "qwertyuiopasdfghjklzxcvbnm",
            "gateway-gateway1",
            "Summer2026!")) {
      assertThat(CredentialStrength.of("gateway", plain)).as(plain).isInstanceOf(Guessable.class);
    }
  }

  @Test
  void what_chance_made_of_128_bits_is_strong_in_hexadecimal() {
    RandomGenerator chance = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    for (int i = 0; i < 1_000; i++) {
      String made = "%016x%016x".formatted(chance.nextLong(), chance.nextLong());
      assertThat(CredentialStrength.of("gateway", made)).as(made).isEqualTo(new Strong());
    }
  }

  @Property(tries = 500)
  void whatever_is_given_is_answered_and_more_of_it_is_never_less(
      @ForAll String user, @ForAll String secret) {
    assertThat(CredentialStrength.of(user, secret)).isNotNull();
    assertThat(SecretBits.of("", secret + "\u00e9x7"))
        .isGreaterThanOrEqualTo(SecretBits.of("", secret));
  }

  private static List<String> lines(String list) throws IOException {
    try (InputStream in = CredentialStrengthTest.class.getResourceAsStream(list)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
  }
}
