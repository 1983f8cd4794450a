package org.thingward.trust;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which products and releases a subject was linked to, and when. */
final class Links {
  private final List<Window> windows = new ArrayList<>();

  /** Reads the links that the subject's own {@code pieces}, oldest first, make. */
  Links(Policy policy, List<Piece> pieces) {
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      SortedSet<Subject> targets = targets(policy, piece);
      if (!targets.isEmpty()) {
        Instant to = Moments.earlier(end(pieces, i), piece.evidence().holdsUntil());
        targets.forEach(target -> add(target, piece.received(), to));
      }
    }
  }

  /** The subjects that this piece links to; none unless its source may raise. */
  static SortedSet<Subject> targets(Policy policy, Piece piece) {
    SortedSet<Subject> targets = new TreeSet<>();
    if (piece.raises()) {
      piece
          .evidence()
          .claims()
          .forEach((name, value) -> {
            if (value instanceof ClaimValue.Link(Subject target)
                && isDeclared(policy, name, piece, value)
                && !target.equals(piece.evidence().subject())) {
              targets.add(target);
            }
          });
    }
    return targets;
  }

  private static boolean isDeclared(Policy policy, String claim, Piece piece, ClaimValue value) {
    ClaimDeclaration declared = policy.claims().get(claim);
    return declared != null
        && declared.of().equals(piece.evidence().kind())
        && declared.type().admits(value);
  }

  private static Instant end(List<Piece> pieces, int i) {
    for (int j = i + 1; j < pieces.size(); j++) {
      if (pieces.get(j).isOfSeries(pieces.get(i))) {
        return pieces.get(j).received();
      }
    }
    return Evidence.NO_END;
  }

  /** Adds a window, as one with the window before it if they meet. */
  private void add(Subject target, Instant from, Instant to) {
    if (!from.isBefore(to)) {
      return;
    }
    for (int i = 0; i < windows.size(); i++) {
      Window window = windows.get(i);
      if (window.target().equals(target) && !from.isAfter(window.to())) {
        windows.set(i, new Window(target, window.from(), Moments.later(window.to(), to)));
        return;
      }
    }
    windows.add(new Window(target, from, to));
  }

  /** All windows ever. */
  List<Window> windows() {
    return windows;
  }

  /** The subjects linked at this moment. */
  SortedSet<Subject> at(Instant at) {
    SortedSet<Subject> linked = new TreeSet<>();
    for (Window window : windows) {
      if (window.contains(at)) {
        linked.add(window.target());
      }
    }
    return linked;
  }

  /**
   * The releases that were linked when something was measured; if none was, those linked first
   * afterwards: a device may attest before it is entered.
   */
  SortedSet<Subject> releasesFor(Instant measured) {
    SortedSet<Subject> releases = new TreeSet<>();
    Instant first = measured;
    if (windows.stream().noneMatch(window -> isRelease(window) && window.contains(measured))) {
      first =
          windows.stream()
              .filter(window -> isRelease(window) && window.from().isAfter(measured))
              .map(Window::from)
              .min(Instant::compareTo)
              .orElse(measured);
    }
    for (Window window : windows) {
      if (isRelease(window) && window.contains(first)) {
        releases.add(window.target());
      }
    }
    return releases;
  }

  private static boolean isRelease(Window window) {
    return window.target().kind() == SubjectKind.RELEASE;
  }
}
