package org.thingward.verify.policy;

import java.util.List;
import java.util.stream.Collectors;

/** A policy was not taken, with all that is wrong with it. */
public final class PolicyRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<PolicyError> errors;

  PolicyRefused(List<PolicyError> errors) {
    super(errors.stream().map(PolicyError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /** What is wrong, in the order of the file; at least one, at most twenty. */
  public List<PolicyError> errors() {
    return errors;
  }
}
