package org.thingward.verify.log;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which witnesses must have cosigned a checkpoint for it to count as witnessed (C2SP tlog-policy).
 * {@link WitnessPolicyReader} reads it.
 *
 * @param logs the keys of the logs it is about; may be empty
 * @param witnesses all witnesses, by their name in the policy, in order
 * @param quorum who of them must have signed
 */
public record WitnessPolicy(List<VerifierKey> logs, Map<String, Witness> witnesses, Quorum quorum) {
  public WitnessPolicy {
    logs = List.copyOf(logs);
    witnesses = Map.copyOf(new LinkedHashMap<>(witnesses));
  }

  /**
   * Someone who looks after logs.
   *
   * @param name its name in the policy, and there alone
   * @param key the key of its cosignatures; their note names it
   * @param url the prefix of its submission URL, if the policy is for a log to ask by
   */
  public record Witness(String name, VerifierKey key, Optional<URI> url) {}

  /** A rule on sets of witnesses. */
  public sealed interface Quorum {
    /** Whether these witnesses, by name, suffice. */
    boolean metBy(Set<String> names);

    /** Nobody is asked: met by all, and yet no checkpoint is witnessed. */
    record None() implements Quorum {
      @Override
      public boolean metBy(Set<String> names) {
        return true;
      }
    }

    /** One witness. */
    record One(String name) implements Quorum {
      @Override
      public boolean metBy(Set<String> names) {
        return names.contains(name);
      }
    }

    /**
     * At least {@code threshold} of the members.
     *
     * @param threshold 1 up to the number of members
     */
    record AtLeast(String name, int threshold, List<Quorum> members) implements Quorum {
      public AtLeast {
        members = List.copyOf(members);
      }

      @Override
      public boolean metBy(Set<String> names) {
        return members.stream().filter(member -> member.metBy(names)).count() >= threshold;
      }
    }
  }

  /** The names of the witnesses whose cosignatures the checkpoint bears, in order. */
  public List<String> cosigners(Checkpoint checkpoint) {
    List<String> names = new ArrayList<>();
    witnesses.values().stream()
        .filter(witness -> checkpoint.signedBy(witness.key()))
        .map(Witness::name)
        .sorted()
        .forEach(names::add);
    return names;
  }

  /** Whether enough of them cosigned it: never without a quorum to ask for. */
  public boolean isWitnessed(Checkpoint checkpoint) {
    return !(quorum instanceof Quorum.None)
        && quorum.metBy(cosigners(checkpoint).stream().collect(Collectors.toSet()));
  }
}
