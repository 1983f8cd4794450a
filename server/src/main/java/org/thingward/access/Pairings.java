package org.thingward.access;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.thingward.platform.Base64Url;
import org.thingward.platform.Problem;
import org.thingward.platform.Randomness;
import org.thingward.platform.Time;
import org.thingward.trust.Digest;

/**
 * The command lines that wait to be logged in, in memory alone. Each is found by the digest of its
 * device code, which it alone has and asks with, or by its user code, which a person types.
 */
final class Pairings {
  /** How long a command line waits between two questions. */
  static final Duration INTERVAL = Duration.ofSeconds(2);

  /** How much longer, each time that it did not (RFC 8628, §3.5). */
  static final Duration SLOWER = Duration.ofSeconds(5);

  /** How many wait at most; the oldest makes room. */
  static final int MOST = 256;

  // No vowels, so that no words come about, and nothing that looks like a digit (RFC 8628, §6.1).
  private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";
  private static final int HALF = 4;
  private static final int SECRET = 32;

  private static final class Kept {
    final Pairing pairing;
    final long ends;
    Pairing.Stage stage = new Pairing.Stage.Waiting();
    long interval = INTERVAL.toNanos();
    long asked;

    Kept(Pairing pairing, long now) {
      this.pairing = pairing;
      this.ends = now + Pairing.LIFE.toNanos();
      this.asked = now;
    }
  }

  // Oldest first; all live equally long.
  private final Map<Digest, Kept> byDeviceCode = new LinkedHashMap<>();
  private final Randomness randomness;
  private final Time time;

  Pairings(Randomness randomness, Time time) {
    this.randomness = randomness;
    this.time = time;
  }

  /** One that has begun, with the secret that its command line asks with. */
  record Begun(Pairing pairing, String deviceCode) {}

  /** Begins one. */
  synchronized Begun begin(Wanted wanted, Optional<Digest> key, String host, String address) {
    tidy();
    String deviceCode = Base64Url.encode(randomness.bytes(SECRET));
    Pairing pairing = new Pairing(freshCode(), wanted, key, host, address);
    byDeviceCode.put(digest(deviceCode), new Kept(pairing, time.nanos()));
    return new Begun(pairing, deviceCode);
  }

  private void tidy() {
    Iterator<Kept> oldest = byDeviceCode.values().iterator();
    while (oldest.hasNext()) {
      if (!isOver(oldest.next()) && byDeviceCode.size() < MOST) {
        return;
      }
      oldest.remove();
    }
  }

  private String freshCode() {
    while (true) {
      String code = letters() + "-" + letters();
      if (find(code).isEmpty()) {
        return code;
      }
    }
  }

  private String letters() {
    StringBuilder letters = new StringBuilder();
    while (letters.length() < HALF) {
      int octet = randomness.bytes(1)[0] & 0xFF;
      // Of 256 octets the last 16 would make some letters likelier.
      if (octet < 256 / LETTERS.length() * LETTERS.length()) {
        letters.append(LETTERS.charAt(octet % LETTERS.length()));
      }
    }
    return letters.toString();
  }

  /** The one with this user code that waits for an answer, however a person wrote the code. */
  synchronized Optional<Pairing> find(String userCode) {
    return kept(userCode).map(kept -> kept.pairing);
  }

  private Optional<Kept> kept(String userCode) {
    String plain = plain(userCode);
    return byDeviceCode.values().stream()
        .filter(kept -> plain(kept.pairing.userCode()).equals(plain) && !isOver(kept))
        .filter(kept -> kept.stage instanceof Pairing.Stage.Waiting)
        .findFirst();
  }

  private static String plain(String code) {
    return code.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
  }

  /** Answers the one that waits with this user code; whether there still is one. */
  synchronized boolean answer(String userCode, Pairing.Stage stage) {
    Optional<Kept> kept = kept(userCode);
    kept.ifPresent(it -> it.stage = stage);
    return kept.isPresent();
  }

  /**
   * The token that the command line with this device code waits for; once.
   *
   * @throws Problem 400 while there is none, as RFC 8628, §3.5 has it
   */
  synchronized Pairing.Stage.Confirmed fetch(String deviceCode) {
    Digest digest = digest(deviceCode);
    Kept kept = byDeviceCode.get(digest);
    if (kept == null || isOver(kept)) {
      throw new Problem(
          400,
          "expired-token",
          "This login is over: it took longer than ten minutes, was fetched already, or is unknown. Begin again.");
    }
    return switch (kept.stage) {
      case Pairing.Stage.Waiting waiting -> throw notYet(kept);
      case Pairing.Stage.Refused refused -> {
        byDeviceCode.remove(digest);
        throw new Problem(400, "access-denied", "The operator refused this login.");
      }
      case Pairing.Stage.Confirmed confirmed -> {
        byDeviceCode.remove(digest);
        yield confirmed;
      }
    };
  }

  private Problem notYet(Kept kept) {
    long now = time.nanos();
    boolean early = now - kept.asked < kept.interval;
    kept.asked = now;
    if (early) {
      kept.interval += SLOWER.toNanos();
    }
    Map<String, Object> interval = Map.of("interval", Duration.ofNanos(kept.interval).toSeconds());
    return early
        ? new Problem(400, "slow-down", "Ask less often.", interval)
        : new Problem(
            400, "authorization-pending", "Nobody has confirmed this login yet.", interval);
  }

  private boolean isOver(Kept kept) {
    return kept.ends - time.nanos() <= 0;
  }

  private static Digest digest(String deviceCode) {
    return Digest.of(deviceCode.getBytes(StandardCharsets.UTF_8));
  }
}
