package org.thingward.platform;

/**
 * A place on the operator listener, below {@code /access}, where one becomes an operator: a step of
 * a WebAuthn ceremony, or what a program asks that waits for one. The only places there that ask
 * for no permission. Always POST, JSON in and out.
 *
 * @param path the path below {@code /access}
 * @param from who may ask
 * @param maxBody the largest body accepted, in bytes
 * @param handler what answers
 */
public record CeremonyRoute(String path, From from, int maxBody, Handler handler) {
  /** Where a request must come from. */
  public enum From {
    /** A page of the console's own origin. */
    OWN_PAGE,
    /** A program that is no browser: it sends no cookie, and nothing that browsers alone send. */
    PROGRAM
  }

  /** A step that pages of the console take. */
  public CeremonyRoute(String path, int maxBody, Handler handler) {
    this(path, From.OWN_PAGE, maxBody, handler);
  }

  /** Answers a request, or throws {@link Problem}. */
  @FunctionalInterface
  public interface Handler {
    OperatorResponse handle(CeremonyRequest request);
  }
}
