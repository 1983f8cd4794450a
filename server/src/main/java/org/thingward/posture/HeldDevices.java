package org.thingward.posture;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.platform.SteadyTime;
import org.thingward.trust.Decider;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Grant;
import org.thingward.trust.Posture;
import org.thingward.trust.Request;
import org.thingward.trust.Subject;

/**
 * The devices that open waves hold, and what a live grant of theirs is worth meanwhile: what it
 * would be without the waves' causes, asked anew each time, so that whatever else is said of a
 * device acts at once. Safe for many threads.
 */
final class HeldDevices {
  private final Standings standings;
  private final SteadyTime time;
  private final Map<Subject, List<Held>> bySubject = new ConcurrentHashMap<>();

  /**
   * A device that a wave holds.
   *
   * @param wave the wave's id
   * @param exemption what the wave's cause is
   * @param former the device's posture on record before
   * @param fell when it fell
   */
  record Held(String wave, Exemption exemption, Digest former, Instant fell) {
    /** Whether {@code live} was given before the fall, or is held itself. */
    boolean covers(Grant live) {
      return !live.from().isAfter(fell) || live.posture().equals(former);
    }
  }

  HeldDevices(Standings standings, SteadyTime time) {
    this.standings = standings;
    this.time = time;
  }

  /** Holds a device for a wave, unless that wave holds it already. */
  synchronized void add(Subject subject, Held more) {
    List<Held> all = new ArrayList<>(of(subject));
    if (all.stream().noneMatch(one -> one.wave().equals(more.wave()))) {
      all.add(more);
      bySubject.put(subject, List.copyOf(all));
    }
  }

  List<Held> of(Subject subject) {
    return bySubject.getOrDefault(subject, List.of());
  }

  /** Whom a wave holds. */
  SortedSet<Subject> of(String wave) {
    SortedSet<Subject> subjects = new TreeSet<>();
    bySubject.forEach((subject, all) -> {
      if (all.stream().anyMatch(one -> one.wave().equals(wave))) {
        subjects.add(subject);
      }
    });
    return subjects;
  }

  boolean isEmpty(String wave) {
    return bySubject.values().stream()
        .flatMap(List::stream)
        .noneMatch(one -> one.wave().equals(wave));
  }

  /** Holds nobody for this wave any more; returns whom it held. */
  synchronized SortedSet<Subject> end(String wave) {
    SortedSet<Subject> subjects = of(wave);
    for (Subject subject : subjects) {
      List<Held> left = of(subject).stream().filter(one -> !one.wave().equals(wave)).toList();
      if (left.isEmpty()) {
        bySubject.remove(subject);
      } else {
        bySubject.put(subject, left);
      }
    }
    return subjects;
  }

  /**
   * Holds a device no more if it stands no worse than it would without the waves. One that is not
   * yet judged by what is in force comes again.
   */
  void release(Subject subject, InForce by) {
    List<Held> all = of(subject);
    if (!all.isEmpty() && isJudged(subject, by) && !holds(subject, by)) {
      synchronized (this) {
        bySubject.remove(subject, all);
      }
    }
  }

  private boolean isJudged(Subject subject, InForce by) {
    return standings
        .find(subject)
        .flatMap(Standing::posture)
        .filter(now -> now.policy().equals(by.policy().digest()))
        .filter(now -> now.references().equals(by.references().digest()))
        .isPresent();
  }

  /** Whether the device, by how it stands now, loses something that the waves hold. */
  boolean holds(Subject subject, InForce by) {
    List<Held> all = of(subject);
    Optional<Standing> standing = standings.find(subject);
    Optional<Standing.Current> now = standing.flatMap(Standing::current);
    return !all.isEmpty()
        && standing.isPresent()
        && now.isPresent()
        && Lowered.isLess(
            decider(without(exemptions(all), standing.get(), by)), now.get().decider());
  }

  /**
   * What a live grant is worth.
   *
   * @param plain what a new connect would get
   * @param waves say when each hold ends
   */
  Decision decide(Decision plain, Grant live, InForce by, Waves waves) {
    Request request = plain.request();
    List<Held> mine = of(request.subject());
    Optional<Standing> standing = standings.find(request.subject());
    boolean same =
        live.subject().equals(request.subject()) && live.credential().equals(request.credential());
    Optional<Wave> first =
        mine.stream().map(Held::wave).map(waves::find).flatMap(Optional::stream).findFirst();
    if (!same
        || standing.isEmpty()
        || first.isEmpty()
        || mine.stream().noneMatch(one -> one.covers(live))) {
      return plain;
    }
    Instant end =
        mine.stream().map(Held::wave).map(waves::endOf).min(Instant::compareTo).orElse(Instant.MIN);
    if (!plain.at().isBefore(end)) {
      return plain;
    }
    Exemption.Without without = without(exemptions(mine), standing.get(), by);
    Posture as = endingBy(end, without);
    Decision better =
        new Decider(without.judge().policy(), as, mine.getFirst().former())
            .decide(request, plain.at());
    return isLess(plain, better) ? Decider.hold(plain, better, first.get().text()) : plain;
  }

  private static boolean isLess(Decision plain, Decision better) {
    return better.grant().isPresent()
        && plain
            .grant()
            .filter(grant -> grant.rights().include(better.grant().get().rights()))
            .isEmpty();
  }

  private static Posture endingBy(Instant end, Exemption.Without without) {
    Posture posture = without.posture();
    Instant until = without.stopped() || posture.until().isAfter(end) ? end : posture.until();
    return posture.endingAt(until);
  }

  static List<Exemption> exemptions(Collection<Held> all) {
    return all.stream().map(Held::exemption).toList();
  }

  Exemption.Without without(List<Exemption> exemptions, Standing standing, InForce by) {
    List<Evidence> counting = standings.counting(standing.evidence());
    return Exemption.posture(exemptions, by, standing.subject, counting, time.now());
  }

  static Decider decider(Exemption.Without without) {
    return new Decider(without.judge().policy(), without.posture());
  }
}
