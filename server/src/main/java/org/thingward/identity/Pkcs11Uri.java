package org.thingward.identity;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where keys are kept behind PKCS#11, as RFC 7512 writes it: {@code
 * pkcs11:token=LABEL?module-path=FILE&pin-source=FILE}.
 *
 * @param token the token's label
 * @param prefix begins the labels of our keys there; the attribute {@code object}, {@code
 *     thingward} without
 * @param module the library that speaks to the token
 * @param pinFile the file whose first line is the user's PIN
 */
public record Pkcs11Uri(String token, String prefix, Path module, Path pinFile) {
  private static final String SCHEME = "pkcs11:";
  private static final Set<String> PATH = Set.of("token", "object");
  private static final Set<String> QUERY = Set.of("module-path", "pin-source");

  /** Whether a setting means to be one. */
  static boolean isOne(String text) {
    return text.startsWith(SCHEME);
  }

  /**
   * Reads a URI.
   *
   * @throws IllegalArgumentException saying what is wrong with it; a PIN in it is refused unread
   */
  public static Pkcs11Uri parse(String uri) {
    if (!isOne(uri)) {
      throw new IllegalArgumentException("it begins with " + SCHEME + " (RFC 7512)");
    }
    int query = uri.indexOf('?');
    String path = uri.substring(SCHEME.length(), query < 0 ? uri.length() : query);
    Map<String, String> named = attributes(path, ";", PATH);
    Map<String, String> asked = attributes(query < 0 ? "" : uri.substring(query + 1), "&", QUERY);
    return new Pkcs11Uri(
        required(named, "token"),
        named.getOrDefault("object", "thingward"),
        Path.of(required(asked, "module-path")),
        Path.of(required(asked, "pin-source").replaceFirst("^file:(//)?", "")));
  }

  private static Map<String, String> attributes(String part, String between, Set<String> known) {
    Map<String, String> found = new HashMap<>();
    for (String attribute : List.of(part.split(between))) {
      int equals = attribute.indexOf('=');
      String name = equals < 0 ? attribute : attribute.substring(0, equals);
      if (name.equals("pin-value")) {
        throw new IllegalArgumentException(
            "a PIN on the command line is seen by every user of this machine: write it into a file, and give pin-source=FILE");
      }
      if (equals < 0 ? !attribute.isEmpty() : !known.contains(name)) {
        throw new IllegalArgumentException(
            "'%s' is not taken here; token and object before the question mark, module-path and pin-source after it are"
                .formatted(name));
      }
      if (equals > 0) {
        found.put(name, decoded(attribute.substring(equals + 1)));
      }
    }
    return found;
  }

  /** Percent-encoding alone: a plus is a plus (RFC 3986 §2.1). */
  private static String decoded(String value) {
    return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String required(Map<String, String> attributes, String name) {
    String value = attributes.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + " is missing: pkcs11:token=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=FILE");
    }
    return value;
  }
}
