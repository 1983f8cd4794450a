package org.thingward.platform;

import org.thingward.trust.Permission;

/**
 * A place on the operator listener, below {@code /api/v1}. It cannot be made without the permission
 * it takes and the devices it reaches. Handlers block, on a virtual thread.
 *
 * @param method the HTTP method
 * @param path the path below {@code /api/v1}; a segment in braces is a variable
 * @param permission what the operator must hold
 * @param reach which devices it concerns
 * @param verb the action's name in the ledger, e.g. {@code device.revoke}; for reads, e.g. {@code
 *     device.list}
 * @param maxBody the largest body accepted, in bytes
 * @param handler what answers
 */
public record OperatorRoute(
    String method,
    String path,
    Permission permission,
    Reach reach,
    String verb,
    int maxBody,
    Handler handler) {
  /** The path's variable that names the device of a route that reaches one. */
  public static final String DEVICE = "id";

  public OperatorRoute {
    if (reach == Reach.DEVICE && !path.contains("/{" + DEVICE + "}")) {
      throw new IllegalArgumentException(path + " names no device");
    }
  }

  /** Answers a request, or throws {@link Problem}. */
  @FunctionalInterface
  public interface Handler {
    OperatorResponse handle(OperatorRequest request);
  }
}
