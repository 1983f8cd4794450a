package org.thingward.cli;

import java.nio.file.Path;
import java.util.stream.Collectors;
import org.thingward.trust.Policy;
import org.thingward.verify.policy.PolicyReader;
import org.thingward.verify.policy.PolicyRefused;

/**
 * A policy as a file has it.
 *
 * @param bytes the file
 * @param policy what it says
 */
record PolicyFile(byte[] bytes, Policy policy) {
  /** Reads it; fails with every mistake, its line and column. */
  static PolicyFile read(Path file) {
    return of(InputFile.read(file), file.toString());
  }

  /** Reads a policy that {@code name} gave. */
  static PolicyFile of(byte[] bytes, String name) {
    try {
      return new PolicyFile(bytes, PolicyReader.read(bytes));
    } catch (PolicyRefused refused) {
      throw new Failed(
          refused.errors().stream()
              .map(error -> name + ":" + error)
              .collect(Collectors.joining("\n")),
          refused);
    }
  }
}
