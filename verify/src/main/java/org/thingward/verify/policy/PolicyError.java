package org.thingward.verify.policy;

/**
 * One mistake in a policy.
 *
 * @param line its line, from 1
 * @param column its column in characters, from 1
 * @param message what is wrong and what to write instead
 */
public record PolicyError(int line, int column, String message) {
  /** {@code line:column message}. */
  @Override
  public String toString() {
    return line + ":" + column + "  " + message;
  }
}
