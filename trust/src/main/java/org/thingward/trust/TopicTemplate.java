package org.thingward.trust;

/**
 * A topic filter with a place for the name of the subject it is meant for: {@code {device}} or
 * {@code {service}}. The name comes from the verified certificate and can hold neither separator
 * nor wildcard (rule I5).
 *
 * @param text the template, e.g. <code>t/{device}/#</code>
 */
public record TopicTemplate(String text) {
  /** Stands for the device's name. */
  public static final String DEVICE = "{device}";

  /** Stands for the service's name. */
  public static final String SERVICE = "{service}";

  /** Checks the form; throws {@link IllegalArgumentException} saying what is wrong. */
  public TopicTemplate {
    String filled = text.replace(DEVICE, "x").replace(SERVICE, "x");
    if (filled.indexOf('{') >= 0 || filled.indexOf('}') >= 0) {
      throw new IllegalArgumentException(
          "'%s' holds a variable other than {device} or {service}".formatted(text));
    }
    TopicFilter unused = TopicFilter.of(filled);
  }

  /** Whether a whole level of it is {@code variable}. */
  public boolean hasLevel(String variable) {
    return ("/" + text + "/").contains("/" + variable + "/");
  }

  /** The filter for this subject. */
  public TopicFilter fill(Subject subject) {
    String variable = subject.kind() == SubjectKind.SERVICE ? SERVICE : DEVICE;
    return TopicFilter.of(text.replace(variable, subject.name()));
  }

  @Override
  public String toString() {
    return text;
  }
}
