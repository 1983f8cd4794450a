package org.thingward.posture;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Decision;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Policy;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.policy.PolicyRefused;
import org.thingward.verify.replay.Asked;
import org.thingward.verify.replay.Replay;
import org.thingward.verify.replay.ReplayReport;

/** Brings what was decided to a {@link Replay}: some hundred subjects at a time. */
final class PastDecisions {
  private static final int SUBJECTS = 400;

  private final ReplayStore store;
  private final DocumentStore documents;

  PastDecisions(ReplayStore store, DocumentStore documents) {
    this.store = store;
    this.documents = documents;
  }

  /** How many decisions were made from {@code from} on and before {@code until}. */
  long count(Instant from, Instant until) {
    return store.count(from, until);
  }

  /** Decides them again by {@code policy}; tells {@code progress} now and then how many it did. */
  ReplayReport replay(Policy policy, Instant from, Instant until, LongConsumer progress) {
    Run run = new Run(policy, progress);
    store.forEach(from, until, run::add);
    run.decideGathered();
    return run.replay.report();
  }

  private final class Run {
    private final Replay replay;
    private final LongConsumer progress;
    private final Map<Digest, Optional<Policy>> former = new HashMap<>();
    private final Map<Subject, List<Evidence>> shared = new HashMap<>();
    private final Map<String, List<ReplayStore.Row>> gathered = new LinkedHashMap<>();
    private long done;

    Run(Policy policy, LongConsumer progress) {
      this.replay =
          new Replay(
              policy,
              store.references(),
              digest -> former.computeIfAbsent(digest, PastDecisions.this::policy));
      this.progress = progress;
    }

    void add(ReplayStore.Row row) {
      if (gathered.size() == SUBJECTS && !gathered.containsKey(row.subject())) {
        decideGathered();
      }
      gathered.computeIfAbsent(row.subject(), subject -> new ArrayList<>()).add(row);
    }

    void decideGathered() {
      Map<Digest, Long> first = new HashMap<>();
      gathered
          .values()
          .forEach(rows -> rows.forEach(row -> first.putIfAbsent(row.alike(), row.number())));
      Map<Long, Decision> samples = store.decisions(first.values());
      List<Subject> subjects = gathered.keySet().stream().map(Subject::parse).toList();
      Map<Subject, List<Evidence>> own = store.evidence(subjects);
      fetchShared(own);
      for (Subject subject : subjects) {
        List<ReplayStore.Row> rows = gathered.getOrDefault(subject.toString(), List.of());
        List<Asked> asked = new ArrayList<>(rows.size());
        for (ReplayStore.Row row : rows) {
          Decision sample = samples.get(first.get(row.alike()));
          if (sample != null) {
            asked.add(new Asked(sample, row.at()));
          }
        }
        replay.subject(subject, counting(own.getOrDefault(subject, List.of())), asked);
        done += rows.size();
      }
      gathered.clear();
      progress.accept(done);
    }

    /** A subject's evidence with that about all that it was ever linked to. */
    private List<Evidence> counting(List<Evidence> own) {
      List<Evidence> all = new ArrayList<>(own);
      links(own).forEach(link -> all.addAll(shared.getOrDefault(link, List.of())));
      return all;
    }

    private void fetchShared(Map<Subject, List<Evidence>> own) {
      Set<Subject> missing = new HashSet<>();
      own.values().forEach(pieces -> missing.addAll(links(pieces)));
      missing.removeAll(shared.keySet());
      if (!missing.isEmpty()) {
        missing.forEach(subject -> shared.put(subject, List.of()));
        shared.putAll(store.evidence(missing));
      }
    }
  }

  private static Set<Subject> links(List<Evidence> pieces) {
    Set<Subject> links = new HashSet<>();
    for (Evidence piece : pieces) {
      for (ClaimValue value : piece.claims().values()) {
        if (value instanceof ClaimValue.Link(Subject target)) {
          links.add(target);
        }
      }
    }
    return links;
  }

  private Optional<Policy> policy(Digest digest) {
    return documents
        .byDigest(EntryType.POLICY, digest)
        .flatMap(stored -> {
          try {
            return Optional.of(PolicyReader.read(stored.canonical()));
          } catch (PolicyRefused e) {
            // Of an older language: what it decided cannot be repeated by this version.
            return Optional.empty();
          }
        });
  }
}
