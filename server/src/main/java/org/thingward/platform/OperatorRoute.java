package org.thingward.platform;

import java.util.function.Predicate;
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
 * @param stakes finds out what a change would do before it is made
 * @param drills for which requests the permission {@code drill} suffices, to whoever was given no
 *     more: those about the red team's own things
 */
public record OperatorRoute(
    String method,
    String path,
    Permission permission,
    Reach reach,
    String verb,
    int maxBody,
    Handler handler,
    Stakes stakes,
    Predicate<OperatorRequest> drills) {
  /** The path's variable that names the device of a route that reaches one. */
  public static final String DEVICE = "id";

  /** Of which nobody need agree to anything. */
  public OperatorRoute(
      String method,
      String path,
      Permission permission,
      Reach reach,
      String verb,
      int maxBody,
      Handler handler) {
    this(method, path, permission, reach, verb, maxBody, handler, Stakes.NONE);
  }

  /** With stakes, and nothing for drills. */
  public OperatorRoute(
      String method,
      String path,
      Permission permission,
      Reach reach,
      String verb,
      int maxBody,
      Handler handler,
      Stakes stakes) {
    this(method, path, permission, reach, verb, maxBody, handler, stakes, request -> false);
  }

  public OperatorRoute {
    if (reach == Reach.DEVICE && !path.contains("/{" + DEVICE + "}")) {
      throw new IllegalArgumentException(path + " names no device");
    }
  }

  /** This route, of whose changes others must agree to those with such stakes. */
  public OperatorRoute weighedBy(Stakes weighed) {
    return new OperatorRoute(
        method, path, permission, reach, verb, maxBody, handler, weighed, drills);
  }

  /** This route, which the permission {@code drill} suffices for where {@code own} says so. */
  public OperatorRoute forDrills(Predicate<OperatorRequest> own) {
    return new OperatorRoute(method, path, permission, reach, verb, maxBody, handler, stakes, own);
  }

  /** This route, which is for drills whatever is asked. */
  public OperatorRoute forDrills() {
    return forDrills(request -> true);
  }

  /** The largest body where there is nothing to say: none, or an object without members. */
  public static final int NOTHING_TO_SAY = 2;

  /** Answers a request, or throws {@link Problem}. */
  @FunctionalInterface
  public interface Handler {
    OperatorResponse handle(OperatorRequest request);
  }
}
