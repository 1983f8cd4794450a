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
    byte[] bytes = InputFile.read(file);
    try {
      return new PolicyFile(bytes, PolicyReader.read(bytes));
    } catch (PolicyRefused refused) {
      throw new Failed(
          refused.errors().stream()
              .map(error -> file + ":" + error)
              .collect(Collectors.joining("\n")),
          refused);
    }
  }
}
