package org.thingward.operator;

import java.util.Map;

/**
 * The server refused a request of an operator: problem details as in RFC 9457. Or it did not carry
 * it out yet, because other operators must agree.
 */
public final class OperatorProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;
  private final transient Map<String, Object> members;

  OperatorProblem(int status, String type, String detail, Map<String, Object> members) {
    super(detail);
    this.status = status;
    this.type = type;
    this.members = Map.copyOf(members);
  }

  /** Whether nothing is wrong, and nothing was done: it waits for other operators to agree. */
  public boolean isAwaitingApproval() {
    return status == OperatorConnection.ACCEPTED;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The URI that names the kind of problem; {@code about:blank} if the server gave none. */
  public String type() {
    return type;
  }

  /** What is wrong, where, and what to do. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** Further members, e.g. {@code line} and {@code column}, or {@code errors} by row. */
  public Map<String, Object> members() {
    return members;
  }
}
