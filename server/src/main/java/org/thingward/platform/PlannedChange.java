package org.thingward.platform;

import java.util.Map;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;
import org.thingward.trust.Impact;

/**
 * An operator's change that is about to be made.
 *
 * @param caller who asks
 * @param verb the action's name
 * @param method the HTTP method
 * @param path the whole path, as it was sent
 * @param query the query's parameters
 * @param contentType the body's type, empty if none was named
 * @param body the body
 * @param stake what it would do
 */
public record PlannedChange(
    Caller caller,
    String verb,
    String method,
    String path,
    Map<String, String> query,
    String contentType,
    byte[] body,
    Stakes.Stake stake) {
  public PlannedChange {
    query = Map.copyOf(query);
  }

  /** What it would do to devices. */
  public Impact impact() {
    return stake.impact();
  }

  /** The digest of the body. */
  public Digest bodyDigest() {
    return Digest.of(body);
  }
}
