package org.thingward.verify.log;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is wrong with a log, and where.
 *
 * @param file the file that is wrong, by its path from the log's root
 * @param reason what is wrong with it, for a person
 * @param entry the first entry that is wrong or can no longer be trusted; empty if none is
 * @param entryTime the time that entry's leaf states, if it can be read
 */
public record LogFault(
    String file, String reason, OptionalLong entry, Optional<Instant> entryTime) {
  static LogFault in(String file, String reason) {
    return new LogFault(file, reason, OptionalLong.empty(), Optional.empty());
  }

  static LogFault at(long entry, String file, String reason) {
    return new LogFault(file, reason, OptionalLong.of(entry), Optional.empty());
  }

  LogFault dated(Optional<Instant> time) {
    return new LogFault(file, reason, entry, time);
  }

  /** File and reason in one line. */
  @Override
  public String toString() {
    return file + ": " + reason;
  }
}
