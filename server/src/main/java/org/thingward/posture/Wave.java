package org.thingward.posture;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;

/**
 * A cause that lowered too many at once, held back for those that were connected (rule T8).
 *
 * @param id its name, 12 hex digits
 * @param cause for a person: what lowered them
 * @param scopes of what too large a share fell: {@code fleet}, or {@code product:…}
 * @param began when the brake struck
 * @param until when the hold ends
 * @param lowered how many devices fell by it
 * @param of how many in its first scope might connect before
 * @param example why one of them fell
 * @param state where it stands
 * @param by who decided last: an operator, or the installation itself
 * @param reason what they said
 * @param at when that was
 */
record Wave(
    String id,
    String cause,
    SortedSet<String> scopes,
    Instant began,
    Instant until,
    int lowered,
    int of,
    String example,
    State state,
    Subject by,
    String reason,
    Instant at) {
  /** Who acts when no person does. */
  static final Subject INSTALLATION = Subject.operator("installation");

  private static final int FORMAT = 1;
  private static final int ID_DIGITS = 12;

  /** Where a wave stands. */
  enum State {
    /** Live grants persist; nobody decided yet. */
    HOLDING(true),
    /** An operator said that the cause is false: live grants persist once more as long. */
    CALLED_OFF(true),
    /** An operator let it go: held grants ended. */
    RELEASED(false),
    /** The hold ended before everyone recovered: held grants ended. */
    LAPSED(false),
    /** Everyone recovered: nothing is left to hold. */
    RECOVERED(false),
    /** The server stopped: live connections, and held grants with them, ended. */
    STOPPED(false);

    private final boolean open;

    State(boolean open) {
      this.open = open;
    }

    boolean isOpen() {
      return open;
    }

    /** The lower-case, hyphenated word used in the API and in the ledger. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  Wave {
    scopes = Collections.unmodifiableSortedSet(new TreeSet<>(scopes));
  }

  /** Reads the canonical form back. */
  static Wave read(byte[] canonical) {
    JsonNode tree = Bodies.object(canonical);
    SortedSet<String> scopes = new TreeSet<>();
    tree.path("scopes").forEach(scope -> scopes.add(scope.stringValue()));
    return new Wave(
        Bodies.text(tree, "wave"),
        Bodies.text(tree, "cause"),
        scopes,
        Instant.parse(Bodies.text(tree, "began")),
        Instant.parse(Bodies.text(tree, "until")),
        tree.path("lowered").intValue(),
        tree.path("of").intValue(),
        Bodies.text(tree, "example"),
        State.valueOf(Bodies.text(tree, "state").toUpperCase(Locale.ROOT).replace('-', '_')),
        Subject.parse(Bodies.text(tree, "by")),
        Bodies.text(tree, "reason"),
        Instant.parse(Bodies.text(tree, "at")));
  }

  static String newId(Cause cause, Instant began) {
    String text = cause.name() + " " + began;
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, ID_DIGITS);
  }

  boolean isOpen() {
    return state.isOpen();
  }

  Wave grown(SortedSet<String> all, int loweredNow) {
    return new Wave(id, cause, all, began, until, loweredNow, of, example, state, by, reason, at);
  }

  Wave decided(State next, Instant end, Subject operator, String why, Instant when) {
    return new Wave(id, cause, scopes, began, end, lowered, of, example, next, operator, why, when);
  }

  /** For a held decision's reason. */
  String text() {
    return "wave %s until %s: %s lowered %d devices".formatted(id, until, cause, lowered);
  }

  /** The canonical form (RFC 8785): a finding in the ledger. */
  byte[] canonical() {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("finding", FORMAT);
    tree.put("what", "wave");
    tree.put("wave", id);
    tree.put("cause", cause);
    tree.put("scopes", scopes.stream().toList());
    tree.put("began", began.toString());
    tree.put("until", until.toString());
    tree.put("lowered", lowered);
    tree.put("of", of);
    tree.put("example", example);
    tree.put("state", state.word());
    tree.put("by", by.toString());
    tree.put("reason", reason);
    tree.put("at", at.toString());
    return CanonicalJson.encode(tree);
  }
}
