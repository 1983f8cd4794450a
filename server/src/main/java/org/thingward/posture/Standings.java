package org.thingward.posture;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;
import org.thingward.trust.SubjectKind;

/** All subjects about which there is evidence, and who is linked to which product and release. */
final class Standings {
  private final ConcurrentHashMap<Subject, Standing> bySubject = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Subject, Set<Standing>> followers = new ConcurrentHashMap<>();

  /** Whether subjects of this kind are appraised themselves. */
  static boolean isAppraised(Subject subject) {
    return subject.kind() == SubjectKind.DEVICE || subject.kind() == SubjectKind.SERVICE;
  }

  Optional<Standing> find(Subject subject) {
    return Optional.ofNullable(bySubject.get(subject));
  }

  Standing of(Subject subject) {
    return bySubject.computeIfAbsent(subject, Standing::new);
  }

  Collection<Standing> all() {
    return bySubject.values();
  }

  List<Standing> appraised() {
    return all().stream().filter(standing -> isAppraised(standing.subject)).toList();
  }

  /** Notes whom {@code evidence} links its subject to. Comes before reading their evidence. */
  void follow(Standing standing, Evidence evidence) {
    for (Subject target : links(evidence)) {
      followers.computeIfAbsent(target, key -> ConcurrentHashMap.newKeySet()).add(standing);
    }
  }

  Collection<Standing> followers(Subject target) {
    return List.copyOf(followers.getOrDefault(target, Set.of()));
  }

  /** The evidence that may count for this subject: {@code own}, and that of all it links to. */
  List<Evidence> counting(Collection<Evidence> own) {
    Set<Subject> targets = new TreeSet<>();
    own.forEach(evidence -> addLinks(evidence, targets));
    List<Evidence> counting = new ArrayList<>(own);
    for (Subject target : targets) {
      find(target).ifPresent(linked -> counting.addAll(linked.evidence()));
    }
    return counting;
  }

  /** As {@link #counting(Collection)}, as if {@code more} were stated about what they link to. */
  List<Evidence> counting(Collection<Evidence> own, Map<Subject, List<Evidence>> more) {
    List<Evidence> counting = counting(own);
    Set<Subject> targets = new TreeSet<>();
    own.forEach(evidence -> addLinks(evidence, targets));
    targets.forEach(target -> counting.addAll(more.getOrDefault(target, List.of())));
    return counting;
  }

  private static Set<Subject> links(Evidence evidence) {
    Set<Subject> targets = new TreeSet<>();
    addLinks(evidence, targets);
    return targets;
  }

  private static void addLinks(Evidence evidence, Set<Subject> targets) {
    for (ClaimValue value : evidence.claims().values()) {
      if (value instanceof ClaimValue.Link(Subject target) && !isAppraised(target)) {
        targets.add(target);
      }
    }
  }
}
