package org.thingward.trust;

/**
 * Something an operator asks to be done.
 *
 * @param caller who asks
 * @param permission what it takes
 * @param verb what is to be done, e.g. {@code device.revoke}
 * @param body the digest of the canonical request
 */
public record OperatorAction(Caller caller, Permission permission, String verb, Digest body) {
  /** In whose name it is asked. */
  public Subject operator() {
    return caller.operator();
  }
}
