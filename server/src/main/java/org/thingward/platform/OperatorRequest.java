package org.thingward.platform;

import java.util.Map;
import java.util.Optional;
import org.thingward.platform.DevicePlaces.Place;
import org.thingward.trust.Caller;
import org.thingward.trust.Scope;
import org.thingward.trust.Subject;

/**
 * A request of an operator, authenticated, permitted and fully read.
 *
 * @param caller who asks
 * @param scope the devices that it may see and act on
 * @param places where devices are
 * @param port the port of the listener that took it
 * @param variables the values of the path's variables
 * @param query query parameters; of repeated ones the first
 * @param headers the headers by lower-case name
 * @param body the body
 */
public record OperatorRequest(
    Caller caller,
    Scope scope,
    DevicePlaces places,
    int port,
    Map<String, String> variables,
    Map<String, String> query,
    Map<String, String> headers,
    byte[] body) {

  /** In whose name. */
  public Subject operator() {
    return caller.operator();
  }

  /** This request, with the scope that it was found to have. */
  public OperatorRequest within(Scope found) {
    return new OperatorRequest(caller, found, places, port, variables, query, headers, body);
  }

  /** The path variable {@code name}, which the route's path must have. */
  public String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no variable " + name);
    }
    return value;
  }

  /**
   * Whether it may see this subject: a device in its scope, a product of which there may be one
   * there, with its releases. What is neither takes a scope of everywhere.
   */
  public boolean sees(Subject subject) {
    return scope.isEverywhere()
        || switch (subject.kind()) {
          case DEVICE -> isInScope(subject.name());
          case PRODUCT, RELEASE -> scope.reachesProduct(product(subject));
          case SERVICE, OPERATOR -> false;
        };
  }

  /**
   * Whether it may act on this subject: as {@link #sees}, but of a product or release all devices
   * must be in its scope, since what is done to it is done to each.
   */
  public boolean mayTouch(Subject subject) {
    return scope.isEverywhere()
        || switch (subject.kind()) {
          case DEVICE -> isInScope(subject.name());
          case PRODUCT, RELEASE -> scope.holdsProduct(product(subject));
          case SERVICE, OPERATOR -> false;
        };
  }

  /**
   * Returns if it {@link #sees} this subject.
   *
   * @throws Problem 404 if not, as for one that does not exist
   */
  public void requireSees(Subject subject) {
    if (!sees(subject)) {
      throw notInScope(subject.toString());
    }
  }

  /**
   * Returns if it {@link #mayTouch} this subject.
   *
   * @throws Problem 404 if not, as for one that does not exist
   */
  public void requireMayTouch(Subject subject) {
    if (!mayTouch(subject)) {
      throw notInScope(subject.toString());
    }
  }

  /** What is said of a subject outside the scope, and of one that does not exist. */
  public static Problem notInScope(String subject) {
    return new Problem(404, "not-in-scope", "There is no " + subject + " in your scope.");
  }

  /**
   * Returns if the device with this id, which may be none at all, is in its scope.
   *
   * @throws Problem 404 if not, as for one that does not exist
   */
  public void requireDevice(String id) {
    if (!scope.isEverywhere() && !isInScope(id)) {
      throw notInScope("device '" + id + "'");
    }
  }

  private boolean isInScope(String device) {
    Optional<Place> place = places.of(device);
    return place.isPresent() && scope.contains(place.get().region(), place.get().product());
  }

  private static String product(Subject subject) {
    return subject.name().split("@", 2)[0];
  }
}
