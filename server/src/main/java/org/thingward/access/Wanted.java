package org.thingward.access;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.thingward.platform.Problem;
import org.thingward.trust.Permission;
import org.thingward.trust.Scope;
import org.thingward.verify.policy.Durations;

/**
 * What somebody wants of an API token that is to be made.
 *
 * @param name what it is to be called
 * @param permissions what it is to be allowed; at least one, and never who may do what
 * @param scope the devices that it is for
 * @param life how long it is to last, from a minute to {@link #LONGEST}
 */
record Wanted(String name, Set<Permission> permissions, Scope scope, Duration life) {
  /** How long a token lasts if nothing is said. */
  static final String USUAL = "30d";

  /** How long one lasts at most. */
  static final Duration LONGEST = Duration.ofDays(365);

  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final int MOST_NAMES = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._:@-]{0,63}");
  private static final Pattern PLACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}");

  Wanted {
    permissions = Set.copyOf(permissions);
  }

  /**
   * Reads {@code name}, {@code permissions}, and, where given, {@code regions}, {@code products}
   * and {@code ttl}.
   *
   * @throws Problem 400 or 422 naming the member
   */
  static Wanted read(Fields fields) {
    String name = fields.text("name");
    if (!NAME.matcher(name).matches()) {
      throw new Problem(
          422,
          "token-name",
          "A token's name has letters, digits, spaces and . _ : @ - and begins with a letter or digit; 64 at most.");
    }
    return new Wanted(
        name,
        permissions(fields),
        Scope.of(places(fields, "regions"), places(fields, "products")),
        life(fields.text("ttl", USUAL)));
  }

  private static Set<Permission> permissions(Fields fields) {
    Set<Permission> wanted = EnumSet.noneOf(Permission.class);
    for (String word : fields.texts("permissions", Permission.values().length)) {
      wanted.add(
          ApiToken.permission(word)
              .orElseThrow(() ->
                  new Problem(
                      422,
                      "token-permissions",
                      "'permissions': there is no such permission. There are "
                          + String.join(", ", ApiToken.words(EnumSet.allOf(Permission.class)))
                          + ".")));
    }
    if (wanted.isEmpty()) {
      throw new Problem(422, "token-permissions", "'permissions': a token has one at least.");
    }
    if (wanted.contains(Permission.ADMINISTER_ACCESS)) {
      throw new Problem(
          422,
          "token-permissions",
          "'permissions': no token has administer-access. Who may do what is changed by a person with a passkey.");
    }
    return wanted;
  }

  private static Set<String> places(Fields fields, String member) {
    Set<String> names = new HashSet<>(fields.texts(member, MOST_NAMES));
    if (!names.stream().allMatch(name -> PLACE.matcher(name).matches())) {
      throw new Problem(422, "token-scope", "'" + member + "' holds what is no name.");
    }
    return names;
  }

  private static Duration life(String text) {
    try {
      Duration life = Durations.parse(text);
      if (life.compareTo(SHORTEST) >= 0 && life.compareTo(LONGEST) <= 0) {
        return life;
      }
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "duration", "'ttl': " + e.getMessage() + ".");
    }
    throw new Problem(422, "token-life", "'ttl': a token lasts from one minute to 365 days.");
  }
}
