package org.thingward.access;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Place;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;
import org.thingward.trust.Subject;

/**
 * The sessions of operators. Found by the digest of a secret that the browser alone has; in memory
 * alone, so that no row of a database is one. Times run on monotonic time.
 */
final class Sessions {
  /** How long one lasts without a request. */
  static final Duration IDLE = Duration.ofMinutes(30);

  /** How long one lasts at most. */
  static final Duration LONGEST = Duration.ofHours(12);

  /** How long after the login one may make changes; then the operator is to be verified anew. */
  static final Duration VERIFIED = Duration.ofMinutes(15);

  /** How many an operator has at most; the oldest makes room. */
  static final int MOST = 16;

  private static final int SECRET = 32;
  private static final int BROWSER = 160;

  private static final class Kept {
    final Session session;
    final long ends;
    final long verified;
    long seen;

    Kept(Session session, long now) {
      this.session = session;
      this.ends = now + LONGEST.toNanos();
      this.verified = now + VERIFIED.toNanos();
      this.seen = now;
    }

    boolean isOver(long now) {
      return now - ends >= 0 || now - seen >= IDLE.toNanos();
    }
  }

  private final Map<Digest, Kept> bySecret = new HashMap<>();
  private final Map<UUID, Kept> byId = new HashMap<>();
  private final Randomness randomness;
  private final Time time;

  Sessions(Randomness randomness, Time time) {
    this.randomness = randomness;
    this.time = time;
  }

  /** A session that is about to begin; nobody has it yet. */
  Session next(Passkey passkey, String browser, Place network) {
    Instant now = time.now();
    String printable = browser.replaceAll("[^\\x20-\\x7E]", "?");
    String shortened = printable.substring(0, Math.min(BROWSER, printable.length()));
    return new Session(
        randomness.id(),
        passkey.operator(),
        passkey.id(),
        now,
        now.plus(LONGEST),
        shortened,
        network);
  }

  /** Begins it; returns its secret. */
  synchronized String begin(Session session) {
    long now = time.nanos();
    end(kept -> kept.isOver(now));
    List<Session> earlier = of(session.operator());
    if (earlier.size() >= MOST) {
      var unused = end(session.operator(), earlier.getFirst().id());
    }
    String secret = Base64Url.encode(randomness.bytes(SECRET));
    Kept kept = new Kept(session, now);
    bySecret.put(digest(secret), kept);
    byId.put(session.id(), kept);
    return secret;
  }

  /** The session with this secret, which goes on by being asked for. */
  synchronized Optional<Session> find(String secret) {
    Kept kept = bySecret.get(digest(secret));
    long now = time.nanos();
    if (kept == null || kept.isOver(now)) {
      return Optional.empty();
    }
    kept.seen = now;
    return Optional.of(kept.session);
  }

  /**
   * The operator whose session's secret is among these cookies.
   *
   * @throws Problem 401 if there is none
   */
  Subject operator(String cookies) {
    return SessionCookie.secret(cookies)
        .flatMap(this::find)
        .map(Session::operator)
        .orElseThrow(() -> new Problem(401, "not-an-operator", "Log in with a passkey first."));
  }

  /** Whether the session with this id goes on; asking does not prolong it. */
  synchronized boolean lasts(UUID id) {
    Kept kept = byId.get(id);
    return kept != null && !kept.isOver(time.nanos());
  }

  /** Whether the operator of the session with this id proved who it is a short time ago. */
  synchronized boolean isVerified(UUID id) {
    Kept kept = byId.get(id);
    return kept != null && time.nanos() - kept.verified < 0;
  }

  /** An operator's, oldest first. */
  synchronized List<Session> of(Subject operator) {
    long now = time.nanos();
    return bySecret.values().stream()
        .filter(kept -> !kept.isOver(now) && kept.session.operator().equals(operator))
        .map(kept -> kept.session)
        .sorted(Comparator.comparing(Session::id))
        .toList();
  }

  /** Ends an operator's session; which, unless there is none. */
  synchronized Optional<Session> end(Subject operator, UUID id) {
    Optional<Session> ended =
        of(operator).stream().filter(session -> session.id().equals(id)).findFirst();
    ended.ifPresent(session -> end(kept -> kept.session.equals(session)));
    return ended;
  }

  /** Ends all of an operator's. */
  synchronized void endAll(Subject operator) {
    end(kept -> kept.session.operator().equals(operator));
  }

  /** Ends all that were begun with this passkey. */
  synchronized void endAllOf(String passkey) {
    end(kept -> kept.session.passkey().equals(passkey));
  }

  private void end(Predicate<Kept> which) {
    bySecret.values().removeIf(which);
    byId.values().removeIf(which);
  }

  private static Digest digest(String secret) {
    return Digest.of(secret.getBytes(StandardCharsets.UTF_8));
  }
}
