package org.thingward.platform;

import org.thingward.trust.RequestKind;

/** What it takes to reach a device route. */
public sealed interface Admission {
  /**
   * A verified client certificate, and a permit for this kind of request before the handler runs.
   */
  record ByCertificate(RequestKind kind) implements Admission {}

  /**
   * A verified client certificate. The handler asks for the decision itself, once it has refused
   * what could not be done anyway: so that no permit is on record for what came to nothing.
   */
  record ByHandler(RequestKind kind) implements Admission {}

  /**
   * A one-time token in the request. The handler proves it and then asks for the decision itself,
   * because only it can tell the subject.
   */
  record ByToken(RequestKind kind) implements Admission {}

  /**
   * Nothing: public material, such as CA certificates and revocation lists, and requests that prove
   * by themselves whose they are.
   */
  record Open() implements Admission {}
}
