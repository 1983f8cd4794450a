package org.thingward.access;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.thingward.platform.NearestWord;
import org.thingward.platform.Problem;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/** What an access administrator changes about an operator. */
sealed interface OperatorChange {
  /** Whom it is about. */
  Subject operator();

  /** Its members, for the record; {@link #of} reads them. */
  Map<String, Object> tree();

  /** These are the roles from now on, in place of any others. */
  record Roles(Subject operator, List<Assignment> roles, Set<String> teams)
      implements OperatorChange {
    public Roles {
      roles = List.copyOf(roles);
      teams = Set.copyOf(teams);
    }

    @Override
    public Map<String, Object> tree() {
      return members(this, given(roles, teams));
    }
  }

  /** The operator is none any more; nobody gets the name by another way than an invitation. */
  record Withdrawal(Subject operator, String reason) implements OperatorChange {
    @Override
    public Map<String, Object> tree() {
      return members(this, Map.of("reason", reason));
    }
  }

  /** One passkey of the operator does not count any more. */
  record PasskeyWithdrawal(Subject operator, String passkey, String reason)
      implements OperatorChange {
    @Override
    public Map<String, Object> tree() {
      return members(this, Map.of("passkey", passkey, "reason", reason));
    }
  }

  /**
   * Somebody may register a passkey for this name, to have these roles once it is activated. If
   * there is such an operator already, it recovers the name: the passkeys of before end.
   *
   * @param link the digest of the link's secret
   * @param waits from the registration until it may be activated
   */
  record Invitation(
      Subject operator, List<Assignment> roles, Set<String> teams, Digest link, Duration waits)
      implements OperatorChange {
    /** The shortest time, and the usual one. */
    static final Duration SHORTEST = Duration.ofHours(1);

    private static final Duration LONGEST = Duration.ofDays(30);

    public Invitation {
      roles = List.copyOf(roles);
      teams = Set.copyOf(teams);
    }

    @Override
    public Map<String, Object> tree() {
      Map<String, Object> more = new HashMap<>(given(roles, teams));
      more.put("link", link.toString());
      more.put("waits-seconds", waits.toSeconds());
      return members(this, more);
    }

    private static Duration waits(JsonNode seconds) {
      Duration waits = Duration.ofSeconds(seconds.asLong(SHORTEST.toSeconds()));
      if (waits.compareTo(SHORTEST) < 0 || waits.compareTo(LONGEST) > 0) {
        throw new Problem(
            422, "waits-refused", "'waits-seconds' is from 3600, an hour, to 2592000, 30 days.");
      }
      return waits;
    }
  }

  /** The invitation of this name ends, and what was registered by it. */
  record InvitationEnd(Subject operator, String reason) implements OperatorChange {
    @Override
    public Map<String, Object> tree() {
      return members(this, Map.of("reason", reason));
    }
  }

  /**
   * Who was invited is an operator from now on.
   *
   * @param registration the digest of the whole registration of the passkey that was registered
   */
  record Activation(Subject operator, Digest registration) implements OperatorChange {
    @Override
    public Map<String, Object> tree() {
      return members(this, Map.of("registration", registration.toString()));
    }
  }

  /** The words by which they are told apart. */
  Map<Class<? extends OperatorChange>, String> KINDS =
      Map.of(
          Roles.class, "roles",
          Withdrawal.class, "withdrawal",
          PasskeyWithdrawal.class, "passkey-withdrawal",
          Invitation.class, "invitation",
          InvitationEnd.class, "invitation-end",
          Activation.class, "activation");

  /** How many teams an operator is in at most. */
  int MOST_TEAMS = 8;

  /** What a team is called. */
  Pattern TEAM = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

  /** How long a reason is at most, in characters. */
  int LONGEST_REASON = 500;

  private static Map<String, Object> given(List<Assignment> roles, Set<String> teams) {
    return Map.of("roles", Assignment.trees(roles), "teams", List.copyOf(new TreeSet<>(teams)));
  }

  private static Map<String, Object> members(OperatorChange change, Map<String, Object> more) {
    Map<String, Object> tree = new TreeMap<>(more);
    tree.put("kind", KINDS.getOrDefault(change.getClass(), ""));
    tree.put("operator", change.operator().name());
    return tree;
  }

  /**
   * Reads a change.
   *
   * @throws Problem 400 or 422 if it is none
   */
  static OperatorChange of(JsonNode tree) {
    Fields fields = new Fields(tree);
    String kind = fields.text("kind");
    Subject operator = Ceremonies.operator(fields.text("operator"));
    return switch (kind) {
      case "roles" ->
          new Roles(operator, Assignment.list(tree.path("roles")), teams(tree.path("teams")));
      case "withdrawal" -> new Withdrawal(operator, reason(fields));
      case "passkey-withdrawal" ->
          new PasskeyWithdrawal(operator, fields.text("passkey"), reason(fields));
      case "invitation" ->
          new Invitation(
              operator,
              Assignment.list(tree.path("roles")),
              teams(tree.path("teams")),
              digest(fields.text("link")),
              Invitation.waits(tree.path("waits-seconds")));
      case "invitation-end" -> new InvitationEnd(operator, reason(fields));
      case "activation" -> new Activation(operator, digest(fields.text("registration")));
      default ->
          throw new Problem(
              422,
              "change-unknown",
              "There is no such change of an operator."
                  + NearestWord.hint(kind, List.copyOf(KINDS.values())));
    };
  }

  private static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "malformed-body", String.valueOf(e.getMessage()));
    }
  }

  private static String reason(Fields fields) {
    String reason = fields.text("reason");
    boolean controls = reason.chars().anyMatch(Character::isISOControl);
    if (reason.isBlank() || controls || reason.length() > LONGEST_REASON) {
      throw new Problem(422, "no-reason", "Say why, in at most " + LONGEST_REASON + " characters.");
    }
    return reason;
  }

  private static Set<String> teams(JsonNode list) {
    Set<String> teams = new LinkedHashSet<>();
    for (JsonNode team : list) {
      if (!TEAM.matcher(team.asString("")).matches() || !teams.add(team.asString())) {
        throw new Problem(
            422, "teams-refused", "A team is a word of lower-case letters, digits and -; once.");
      }
    }
    if (teams.size() > MOST_TEAMS || !(list.isMissingNode() || list.isArray())) {
      throw new Problem(422, "teams-refused", "'teams' is a list of at most " + MOST_TEAMS + ".");
    }
    return teams;
  }
}
