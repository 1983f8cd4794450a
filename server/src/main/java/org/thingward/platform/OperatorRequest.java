package org.thingward.platform;

import java.util.Map;
import org.thingward.trust.Subject;

/**
 * A request of an operator, authenticated, permitted and fully read.
 *
 * @param operator who asks
 * @param variables the values of the path's variables
 * @param query query parameters; of repeated ones the first
 * @param headers the headers by lower-case name
 * @param body the body
 */
public record OperatorRequest(
    Subject operator,
    Map<String, String> variables,
    Map<String, String> query,
    Map<String, String> headers,
    byte[] body) {

  /** The path variable {@code name}, which the route's path must have. */
  public String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no variable " + name);
    }
    return value;
  }
}
