package org.thingward.platform;

import java.util.function.Predicate;
import org.thingward.trust.Permission;

/**
 * A place on the operator listener, below {@code /api/v1}. It cannot be made without the permission
 * it takes, the devices it reaches, and, if it changes something, by what that is weighed. Handlers
 * block, on a virtual thread.
 *
 * @param method the HTTP method
 * @param path the path below {@code /api/v1}; a segment in braces is a variable
 * @param permission what the operator must hold
 * @param reach which devices it concerns
 * @param verb the action's name in the ledger, e.g. {@code device.revoke}; for reads, e.g. {@code
 *     device.list}
 * @param maxBody the largest body accepted, in bytes
 * @param operation what it does
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
    Operation operation,
    Predicate<OperatorRequest> drills) {
  /** The path's variable that names the device of a route that reaches one. */
  public static final String DEVICE = "id";

  /** The largest body where there is nothing to say: none, or an object without members. */
  public static final int NOTHING_TO_SAY = 2;

  /**
   * One that only reads.
   *
   * @throws IllegalArgumentException if its method is another than GET
   */
  public OperatorRoute(
      String method,
      String path,
      Permission permission,
      Reach reach,
      String verb,
      int maxBody,
      Handler handler) {
    this(method, path, permission, reach, verb, maxBody, new Operation.Read(handler));
  }

  /** One that drills alone do not open. */
  public OperatorRoute(
      String method,
      String path,
      Permission permission,
      Reach reach,
      String verb,
      int maxBody,
      Operation operation) {
    this(method, path, permission, reach, verb, maxBody, operation, request -> false);
  }

  public OperatorRoute {
    if (reach == Reach.DEVICE && !path.contains("/{" + DEVICE + "}")) {
      throw new IllegalArgumentException(path + " names no device");
    }
    if (operation instanceof Operation.Read && !method.equals("GET")) {
      throw new IllegalArgumentException(
          method + " " + path + " says neither by what it is weighed nor why by nothing");
    }
    if (operation instanceof Operation.Weighed && permission == Permission.VIEW) {
      throw new IllegalArgumentException(
          method + " " + path + " is weighed, and takes no permission beyond viewing");
    }
  }

  /** This route, which the permission {@code drill} suffices for where {@code own} says so. */
  public OperatorRoute forDrills(Predicate<OperatorRequest> own) {
    return new OperatorRoute(method, path, permission, reach, verb, maxBody, operation, own);
  }

  /** This route, which is for drills whatever is asked. */
  public OperatorRoute forDrills() {
    return forDrills(request -> true);
  }

  /**
   * What answers; what is to be weighed is worked out by it too, and made without being weighed.
   */
  public Handler handler() {
    return switch (operation) {
      case Operation.Read(Handler handler) -> handler;
      case Operation.Unweighed(String because, Handler handler) -> handler;
      case Operation.Weighed(Operation.Preparation preparation) ->
          request -> preparation.of(request).act().get();
    };
  }

  /** Answers a request, or throws {@link Problem}. */
  @FunctionalInterface
  public interface Handler {
    OperatorResponse handle(OperatorRequest request);
  }
}
