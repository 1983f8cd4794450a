package org.thingward.verify.credential;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Credentials that are no secret. A password of the lists is known whatever user name it comes
 * with: whoever tries one tries it with others.
 */
final class KnownCredentials {
  /** The lists that come along with this. */
  static final KnownCredentials SHIPPED = read(List.of("mirai", "defaults"));

  private final Map<String, String> listByPassword;

  private KnownCredentials(Map<String, String> listByPassword) {
    this.listByPassword = Map.copyOf(listByPassword);
  }

  /** The list that has it. No password at all, and the user's own name, count as defaults. */
  Optional<String> listOf(String user, String secret) {
    String plain = plain(secret);
    if (plain.isEmpty() || plain.equals(plain(user))) {
      return Optional.of("defaults");
    }
    return Optional.ofNullable(listByPassword.get(plain));
  }

  /** Upper case and blanks around it make no other password to a guesser. */
  private static String plain(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  /** Each line {@code user:password}; a line that begins with # says where the list is from. */
  private static KnownCredentials read(List<String> lists) {
    Map<String, String> known = new HashMap<>();
    for (String list : lists) {
      text(list)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> plain(line.substring(line.indexOf(':') + 1)))
          .filter(password -> !password.isEmpty())
          .forEach(password -> known.putIfAbsent(password, list));
    }
    return new KnownCredentials(known);
  }

  private static String text(String list) {
    try (InputStream in = KnownCredentials.class.getResourceAsStream(list + ".txt")) {
      return new String(Objects.requireNonNull(in, list).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
