package org.thingward.device;

/** The server answered, and the answer was no. */
public final class ServerRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param status the HTTP status
   * @param detail the server's own words
   */
  public ServerRefused(int status, String detail) {
    super(detail);
    this.status = status;
  }

  /** The HTTP status, 300 to 599. */
  public int status() {
    return status;
  }

  /** The server's own words. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
