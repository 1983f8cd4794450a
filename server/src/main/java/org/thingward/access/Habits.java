package org.thingward.access;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How an operator is used to act. Learnt from the record, and good for warnings alone: nothing that
 * is learnt permits anything (DESIGN: learning may only warn). Not for several threads at once.
 */
final class Habits {
  /** So many changes must be known, and on so many days, before a new one can be rare. */
  static final int CHANGES = 30;

  static final int DAYS = 7;

  /** In so many hours it must have read, before one of them can be too much. */
  static final int HOURS_READ = 5;

  /** A read hour is a bulk from here on, and if it is so many times the largest before. */
  static final long BULK = 16L << 20;

  static final int TIMES = 5;

  /** So many logins must be known before a browser or a network can be new. */
  static final int LOGINS = 5;

  private static final int HOURS = 24;

  private final Map<String, Integer> verbs = new HashMap<>();
  private final int[] hours = new int[HOURS];
  private final Set<LocalDate> days = new HashSet<>();
  private final Map<Instant, Long> read = new HashMap<>();
  private final Map<String, Integer> browsers = new HashMap<>();
  private final Map<String, Integer> networks = new HashMap<>();

  /** It made a change. */
  void acted(String verb, Instant at) {
    verbs.merge(verb, 1, Integer::sum);
    hours[hour(at)]++;
    days.add(day(at));
  }

  /**
   * It read.
   *
   * @param hour the beginning of the hour
   * @param bytes in all of that hour
   */
  void read(Instant hour, long bytes) {
    read.put(hour, bytes);
  }

  /**
   * It logged in.
   *
   * @param network where from; empty in records of before this was noted
   */
  void loggedIn(String browser, String network) {
    browsers.merge(kind(browser), 1, Integer::sum);
    if (!network.isEmpty()) {
      networks.merge(network, 1, Integer::sum);
    }
  }

  /** Why a change of this kind is unusual, if it is: one that this operator never made. */
  Optional<Oddity> oddVerb(String verb) {
    int all = sum(verbs);
    boolean known = all >= CHANGES && days.size() >= DAYS;
    return known && !verbs.containsKey(verb)
        ? Optional.of(
            new Oddity(
                Oddity.Kind.RARE_VERB,
                "%s, for the first time in %d changes on %d days"
                    .formatted(verb, all, days.size())))
        : Optional.empty();
  }

  /** Why a change at this time is unusual, if it is: none before was within an hour of it. */
  Optional<Oddity> oddHour(Instant at) {
    int all = sum(verbs);
    int hour = hour(at);
    int near = hours[hour] + hours[(hour + 1) % HOURS] + hours[(hour + HOURS - 1) % HOURS];
    return all >= CHANGES && days.size() >= DAYS && near == 0
        ? Optional.of(
            new Oddity(
                Oddity.Kind.RARE_HOUR,
                "a change at %02d:%02d UTC; none of %d before was within an hour of it"
                    .formatted(hour, at.atOffset(ZoneOffset.UTC).getMinute(), all)))
        : Optional.empty();
  }

  /** Why reading so much within an hour is unusual, if it is. */
  Optional<Oddity> oddReading(Instant hour, long bytes) {
    // Asked at each answer: most say so little that nothing is to be compared.
    if (bytes < BULK) {
      return Optional.empty();
    }
    long most =
        read.entrySet().stream()
            .filter(earlier -> earlier.getKey().isBefore(hour))
            .mapToLong(Map.Entry::getValue)
            .max()
            .orElse(0);
    boolean known = read.keySet().stream().filter(hour::isAfter).count() >= HOURS_READ;
    return known && bytes / TIMES >= most
        ? Optional.of(
            new Oddity(
                Oddity.Kind.BULK_READ,
                "%,d bytes read within an hour; the most in %d hours before was %,d"
                    .formatted(bytes, read.size(), most)))
        : Optional.empty();
  }

  /** Why a login with this browser is unusual, if it is. */
  Optional<Oddity> oddBrowser(String browser) {
    int all = sum(browsers);
    return all >= LOGINS && !browsers.containsKey(kind(browser))
        ? Optional.of(
            new Oddity(
                Oddity.Kind.NEW_BROWSER,
                "a login with '%s', for the first time in %d logins".formatted(browser, all)))
        : Optional.empty();
  }

  /** Why a login from this network is unusual, if it is. */
  Optional<Oddity> oddNetwork(String network) {
    int all = sum(networks);
    return all >= LOGINS && !networks.containsKey(network)
        ? Optional.of(
            new Oddity(
                Oddity.Kind.NEW_NETWORK,
                "a login from %s, for the first time in %d logins".formatted(network, all)))
        : Optional.empty();
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** What stays the same from one version of a browser to the next. */
  private static String kind(String browser) {
    return browser.replaceAll("[0-9._]+", "");
  }

  private static int hour(Instant at) {
    return at.atOffset(ZoneOffset.UTC).getHour();
  }

  private static LocalDate day(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }
}
