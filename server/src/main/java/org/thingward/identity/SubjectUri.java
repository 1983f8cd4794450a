package org.thingward.identity;

import java.util.Optional;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;

/** The URI in a certificate that names its subject: {@code thingward:device:pump-07} (rule I5). */
final class SubjectUri {
  private static final String SCHEME = "thingward:";

  private SubjectUri() {}

  static String of(Subject subject) {
    return SCHEME + subject;
  }

  /** The device or service that the URI names; empty if it is none of ours. */
  static Optional<Subject> parse(String uri) {
    if (!uri.startsWith(SCHEME)) {
      return Optional.empty();
    }
    try {
      Subject subject = Subject.parse(uri.substring(SCHEME.length()));
      boolean connects =
          subject.kind() == SubjectKind.DEVICE || subject.kind() == SubjectKind.SERVICE;
      return connects ? Optional.of(subject) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
