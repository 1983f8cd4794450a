package org.thingward.verify.approval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads quorums as people write them: {@code 2 of role:releaser or (1 of team:security and 1 of
 * role:policy-administrator)}. {@code and} binds more closely than {@code or}.
 */
public final class QuorumReader {
  private static final int LONGEST = 1_024;
  private static final int MOST_PARTS = 16;
  private static final int DEEPEST = 8;
  private static final Pattern WORD = Pattern.compile("\\s*([()]|[^\\s()]+)");
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,4}");
  private static final Pattern WHO =
      Pattern.compile("(role|team):([A-Za-z0-9][A-Za-z0-9._-]{0,63})");

  private final List<String> words = new ArrayList<>();
  private int next;
  private int parts;

  private QuorumReader(String text) {
    Matcher matcher = WORD.matcher(text);
    while (matcher.lookingAt()) {
      words.add(matcher.group(1));
      matcher.region(matcher.end(), text.length());
    }
  }

  /**
   * The quorum that {@code text} says.
   *
   * @throws IllegalArgumentException saying what is wrong, and at which word
   */
  public static Quorum read(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("a quorum has at most " + LONGEST + " characters");
    }
    QuorumReader reader = new QuorumReader(text);
    Quorum quorum = reader.any(0);
    if (reader.next < reader.words.size()) {
      throw reader.expected("'and', 'or' or the end");
    }
    return quorum;
  }

  private Quorum any(int depth) {
    List<Quorum> either = new ArrayList<>(List.of(all(depth)));
    while (takes("or")) {
      either.add(all(depth));
    }
    return either.size() == 1 ? either.getFirst() : new Quorum.Any(either);
  }

  private Quorum all(int depth) {
    List<Quorum> each = new ArrayList<>(List.of(part(depth)));
    while (takes("and")) {
      each.add(part(depth));
    }
    return each.size() == 1 ? each.getFirst() : new Quorum.All(each);
  }

  private Quorum part(int depth) {
    if (!takes("(")) {
      return people();
    }
    if (depth == DEEPEST) {
      throw new IllegalArgumentException("a quorum is nested at most " + DEEPEST + " deep");
    }
    Quorum inner = any(depth + 1);
    if (!takes(")")) {
      throw expected("')'");
    }
    return inner;
  }

  private Quorum people() {
    if (++parts > MOST_PARTS) {
      throw new IllegalArgumentException("a quorum has at most " + MOST_PARTS + " parts");
    }
    String count = word().filter(COUNT.asMatchPredicate()).orElseThrow(() -> expected("a number"));
    next++;
    if (!takes("of")) {
      throw expected("'of'");
    }
    Matcher who = WHO.matcher(word().orElse(""));
    if (!who.matches()) {
      throw expected("role:NAME or team:NAME");
    }
    next++;
    Quorum.Trait trait = who.group(1).equals("role") ? Quorum.Trait.ROLE : Quorum.Trait.TEAM;
    return new Quorum.People(Integer.parseInt(count), trait, who.group(2));
  }

  private Optional<String> word() {
    return next < words.size() ? Optional.of(words.get(next)) : Optional.empty();
  }

  private boolean takes(String word) {
    boolean is = word().filter(word::equals).isPresent();
    next += is ? 1 : 0;
    return is;
  }

  private IllegalArgumentException expected(String what) {
    return new IllegalArgumentException(
        "a quorum, at word %d: %s is expected, not %s"
            .formatted(next + 1, what, word().map(it -> "'" + it + "'").orElse("the end")));
  }
}
