package org.thingward.device;

/** The server was not reached, or it ended the connection before it answered. */
public final class ServerUnreachable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says where and what happened. */
  public ServerUnreachable(String detail, Throwable cause) {
    super(detail, cause);
  }

  /** Says where and what happened. */
  public ServerUnreachable(String detail) {
    super(detail);
  }
}
