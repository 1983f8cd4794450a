package org.thingward.inventory;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.thingward.platform.NearestWord;
import org.thingward.platform.Problem;
import org.thingward.trust.AssuranceLevel;
import org.thingward.trust.Component;
import org.thingward.trust.Tier;

/**
 * Reads queries of the fleet: words and {@code field:value}, with blanks between, all of which must
 * hold. The same field again widens it ({@code tier:warning tier:none}); a minus before it excludes
 * ({@code -region:Lyon}); a value with blanks stands in double quotes.
 */
final class FleetQueryReader {
  /** The longest query, in characters. */
  static final int LONGEST = Query.LONGEST;

  private static final int MOST_TERMS = 32;
  private static final List<String> TIERS = Arrays.stream(Tier.values()).map(Tier::word).toList();
  private static final Pattern LEVEL = Pattern.compile("([<>]=?|)L?([0-5])");
  private static final List<String> COMPONENTS =
      Arrays.stream(Component.values()).map(Component::word).toList();

  private final String text;
  private final LocalDate today;
  private final Map<FleetField, List<FleetCondition>> any = new EnumMap<>(FleetField.class);
  private final Map<FleetField, List<FleetCondition>> none = new EnumMap<>(FleetField.class);
  private final List<FleetQuery.Part> words = new ArrayList<>();
  private int at;
  private int terms;

  private FleetQueryReader(String text, LocalDate today) {
    this.text = text;
    this.today = today;
  }

  /**
   * Reads a query.
   *
   * @throws Problem 400 {@code query-wrong} with the column, from 1, and what to write there
   */
  static FleetQuery read(String text, LocalDate today) {
    if (text.length() > LONGEST) {
      throw wrong(LONGEST + 1, "a query has at most " + LONGEST + " characters.");
    }
    return new FleetQueryReader(text, today).read();
  }

  private FleetQuery read() {
    while (skipBlanks()) {
      if (++terms > MOST_TERMS) {
        throw wrong(at + 1, "a query has at most " + MOST_TERMS + " parts.");
      }
      term();
    }
    List<FleetQuery.Part> parts = new ArrayList<>();
    for (FleetField field : FleetField.values()) {
      List<FleetCondition> wanted = any.getOrDefault(field, List.of());
      List<FleetCondition> unwanted = none.getOrDefault(field, List.of());
      if (!wanted.isEmpty() || !unwanted.isEmpty()) {
        parts.add(new FleetQuery.Part(field, wanted, unwanted));
      }
    }
    parts.addAll(words);
    return new FleetQuery(parts);
  }

  private boolean skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length();
  }

  private void term() {
    int start = at;
    boolean not =
        text.charAt(at) == '-'
            && at + 1 < text.length()
            && !Character.isWhitespace(text.charAt(at + 1));
    if (not) {
      at++;
    }
    int wordAt = at;
    String word = text.charAt(at) == '"' ? "" : upTo(":");
    if (at < text.length() && text.charAt(at) == ':') {
      FleetField field = field(word, wordAt);
      at++;
      int valueAt = at;
      FleetCondition condition = condition(field, value(), valueAt);
      (not ? none : any).computeIfAbsent(field, key -> new ArrayList<>()).add(condition);
    } else {
      FleetCondition part = new FleetCondition.Contains(word.isEmpty() ? quoted() : word);
      requireText(part, start);
      words.add(
          not
              ? new FleetQuery.Part(FleetField.ID, List.of(), List.of(part))
              : new FleetQuery.Part(FleetField.ID, List.of(part), List.of()));
    }
  }

  private static void requireText(FleetCondition part, int start) {
    if (part.equals(new FleetCondition.Contains(""))) {
      throw wrong(start + 1, "there is nothing to look for.");
    }
  }

  private FleetField field(String word, int wordAt) {
    return FleetField.ofWord(word)
        .orElseThrow(() ->
            wrong(
                wordAt + 1,
                "there is no field '%s'.%s The fields are %s."
                    .formatted(
                        CellCheck.brief(word),
                        NearestWord.hint(word, FleetField.WORDS),
                        String.join(", ", FleetField.WORDS))));
  }

  private String value() {
    return at < text.length() && text.charAt(at) == '"' ? quoted() : upTo("");
  }

  /** Up to a blank, a quote or one of {@code ends}. */
  private String upTo(String ends) {
    int start = at;
    while (at < text.length()
        && !Character.isWhitespace(text.charAt(at))
        && text.charAt(at) != '"'
        && ends.indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '"') {
      throw wrong(at + 1, "a quote stands around a whole value.");
    }
    return text.substring(start, at);
  }

  private String quoted() {
    int start = at++;
    int end = text.indexOf('"', at);
    if (end < 0) {
      throw wrong(start + 1, "this quote has no end.");
    }
    at = end + 1;
    if (at < text.length() && !Character.isWhitespace(text.charAt(at))) {
      throw wrong(at + 1, "a blank comes after a quoted value.");
    }
    return text.substring(start + 1, end);
  }

  private FleetCondition condition(FleetField field, String value, int valueAt) {
    return switch (field) {
      case TIER -> oneOf(value, TIERS, valueAt);
      case ASSURANCE -> levels(value, valueAt);
      case LIFECYCLE -> oneOf(value, Lifecycle.WORDS, valueAt);
      case REASON -> oneOf(value, COMPONENTS, valueAt);
      case STALE -> released(value, valueAt);
      case FIRMWARE -> version(value, valueAt);
      case PRODUCT, REGION, OWNER, ID -> new FleetCondition.Is(value);
    };
  }

  private static FleetCondition oneOf(String value, List<String> known, int valueAt) {
    if (!known.contains(value)) {
      throw wrong(
          valueAt + 1,
          "it is one of %s.%s".formatted(String.join(", ", known), NearestWord.hint(value, known)));
    }
    return new FleetCondition.Is(value);
  }

  /** {@code 4}, {@code L4}, {@code <4}, {@code >=L3}. */
  private static FleetCondition levels(String value, int valueAt) {
    Matcher matcher = LEVEL.matcher(value);
    if (!matcher.matches()) {
      throw wrong(valueAt + 1, "a level is L0 to L5, alone or compared, as in assurance:<4.");
    }
    String sign = matcher.group(1);
    AssuranceLevel bound = AssuranceLevel.valueOf("L" + matcher.group(2));
    Set<String> levels = new TreeSet<>();
    for (AssuranceLevel level : AssuranceLevel.values()) {
      int order = level.compareTo(bound);
      boolean among =
          order == 0
              ? sign.isEmpty() || sign.endsWith("=")
              : !sign.isEmpty() && sign.startsWith("<") == order < 0;
      if (among) {
        levels.add(level.name());
      }
    }
    return new FleetCondition.Among(levels);
  }

  private FleetCondition released(String value, int valueAt) {
    String age = value.startsWith(">") ? value.substring(1) : value;
    return Age.before(today, age)
        .map(FleetCondition.ReleasedBy::new)
        .orElseThrow(() -> wrong(valueAt + 1, Age.FORM));
  }

  private static FleetCondition version(String value, int valueAt) {
    if (!value.startsWith("<") && !value.startsWith(">")) {
      return new FleetCondition.Is(value);
    }
    boolean orEqual = value.startsWith("=", 1);
    String version = value.substring(orEqual ? 2 : 1);
    if (version.isEmpty()) {
      throw wrong(valueAt + 1, "a version comes after '" + value + "', as in firmware:<3.1.");
    }
    return new FleetCondition.Compared(value.startsWith("<"), orEqual, version);
  }

  private static Problem wrong(int column, String what) {
    return new Problem(
        400, "query-wrong", "Column " + column + ": " + what, Map.of("column", column));
  }
}
