package org.thingward.identity;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.thingward.platform.Problem;

/** DNS names that an operator allows a server to have: as they are compared, in lower case. */
final class ServerNames {
  /** The most that a token allows. */
  static final int MOST = 20;

  /** As long as a common name can be (RFC 5280, appendix A.1): each name may be one. */
  private static final int LONGEST = 64;

  private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
  private static final Pattern NAME = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+");

  private ServerNames() {}

  /**
   * The names, checked: letters, digits and hyphens, no wildcard, none twice.
   *
   * @param reserved those of this server itself
   * @throws Problem 400 or 409 naming the one that is not taken
   */
  static List<String> read(List<String> given, List<String> reserved) {
    if (given.isEmpty() || given.size() > MOST) {
      throw new Problem(
          400, "names", "A server's token allows from 1 to " + MOST + " DNS names: \"names\".");
    }
    List<String> names = given.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (String name : names) {
      if (name.length() > LONGEST
          || !NAME.matcher(name).matches()
          || ADDRESS.matcher(name).matches()) {
        String shown = name.substring(0, Math.min(60, name.length()));
        throw new Problem(
            400,
            "names",
            "'"
                + shown
                + "' is no DNS name of 64 characters at most; wildcards and addresses are not taken.");
      }
      if (reserved.contains(name)) {
        throw new Problem(409, "names", name + " is this server's own name.");
      }
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw new Problem(400, "names", "A name is given twice.");
    }
    return names;
  }
}
