package org.thingward.platform;

import org.thingward.trust.Subject;

/** Tells who an operator is by what came with a request; the room {@code access} implements it. */
@FunctionalInterface
public interface OperatorAuthentication {
  /**
   * Who asks.
   *
   * @throws Problem 401 if nobody known does, saying what to do
   */
  Subject authenticate(Presented presented);

  /**
   * What came with a request.
   *
   * @param bootstrap whether the connection was made with the bootstrap certificate's key
   * @param cookies the header Cookie; empty if there is none
   */
  record Presented(boolean bootstrap, String cookies) {}
}
