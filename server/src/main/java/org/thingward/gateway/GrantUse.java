package org.thingward.gateway;

import java.time.Instant;
import org.thingward.trust.Grant;
import org.thingward.trust.GrantEnd;

/** A grant in force and what was used of it. On its session's event loop only. */
final class GrantUse {
  private final Grant grant;
  private final Gatekeeper gatekeeper;
  private long published;
  private long received;
  private long refused;

  GrantUse(Grant grant) {
    this.grant = grant;
    this.gatekeeper = new Gatekeeper(grant.rights());
  }

  Gatekeeper gatekeeper() {
    return gatekeeper;
  }

  void countPublished() {
    published++;
  }

  void countReceived() {
    received++;
  }

  void countRefused() {
    refused++;
  }

  GrantEnd end(GrantEnd.Cause cause, Instant at) {
    return new GrantEnd(grant, cause, at, published, received, refused);
  }
}
