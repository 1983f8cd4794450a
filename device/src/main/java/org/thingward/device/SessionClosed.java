package org.thingward.device;

/** An MQTT session ended before the answer to a packet came. */
public final class SessionClosed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Closure closure;

  SessionClosed(Closure closure) {
    super(closure.toString());
    this.closure = closure;
  }

  /** How it ended. */
  public Closure closure() {
    return closure;
  }
}
