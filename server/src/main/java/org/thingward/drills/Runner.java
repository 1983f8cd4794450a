package org.thingward.drills;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.thingward.trust.Subject;

/**
 * A program outside the server that carries out runs which are asked for.
 *
 * @param operator in whose name
 * @param token the API token that it came with; empty for a person
 * @param name what it calls itself
 * @param version of its drills
 * @param plans the drills that it has
 */
record Runner(
    UUID id,
    Subject operator,
    Optional<String> token,
    String name,
    String version,
    List<Plan> plans,
    Instant since) {

  /** Those of its drills that are named, in its order; all of them if none is. */
  List<Plan> plans(List<String> names) {
    return plans.stream().filter(plan -> names.isEmpty() || names.contains(plan.drill())).toList();
  }

  boolean has(List<Plan> wanted) {
    return wanted.stream()
        .allMatch(one -> plans.stream().anyMatch(own -> own.drill().equals(one.drill())));
  }
}
