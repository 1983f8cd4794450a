package org.thingward.trust;

import java.util.regex.Pattern;

/**
 * Whom or what evidence, postures and decisions are about.
 *
 * <p>Names are compared exactly (rule I5). A name is {@code [A-Za-z0-9][A-Za-z0-9._:-]{0,63}}; a
 * release is two such names joined by {@code @}. None can therefore hold a topic separator, a
 * wildcard or NUL, so a name is safe inside a topic template.
 *
 * @param kind what it is
 * @param name its name, unique within its kind
 */
public record Subject(SubjectKind kind, String name) implements Comparable<Subject> {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}";
  private static final Pattern SIMPLE = Pattern.compile(NAME);
  private static final Pattern VERSIONED = Pattern.compile(NAME + "@" + NAME);

  /** Checks the name's form; throws {@link IllegalArgumentException} saying what is wrong. */
  public Subject {
    boolean release = kind == SubjectKind.RELEASE;
    if (!(release ? VERSIONED : SIMPLE).matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name for a %s: it must match %s"
              .formatted(abbreviated(name), kind.word(), (release ? VERSIONED : SIMPLE).pattern()));
    }
  }

  public static Subject device(String name) {
    return new Subject(SubjectKind.DEVICE, name);
  }

  public static Subject service(String name) {
    return new Subject(SubjectKind.SERVICE, name);
  }

  public static Subject operator(String name) {
    return new Subject(SubjectKind.OPERATOR, name);
  }

  public static Subject product(String name) {
    return new Subject(SubjectKind.PRODUCT, name);
  }

  /** The release {@code version} of {@code product}. */
  public static Subject release(String product, String version) {
    return new Subject(SubjectKind.RELEASE, product + "@" + version);
  }

  /**
   * Reads the form that {@link #toString()} writes, e.g. {@code device:pump-07}.
   *
   * @throws IllegalArgumentException if the text is no subject
   */
  public static Subject parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "'" + abbreviated(text) + "' is no subject: write KIND:NAME, e.g. device:pump-07");
    }
    return new Subject(SubjectKind.ofWord(text.substring(0, colon)), text.substring(colon + 1));
  }

  /** {@code kind:name}. */
  @Override
  public String toString() {
    return kind.word() + ":" + name;
  }

  @Override
  public int compareTo(Subject other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : name.compareTo(other.name);
  }

  private static String abbreviated(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
