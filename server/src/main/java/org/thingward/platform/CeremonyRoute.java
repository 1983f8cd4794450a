package org.thingward.platform;

/**
 * A place on the operator listener, below {@code /access}, where one becomes an operator: a step of
 * a WebAuthn ceremony. The only places there that ask for no permission. Always POST, JSON in and
 * out.
 *
 * @param path the path below {@code /access}
 * @param maxBody the largest body accepted, in bytes
 * @param handler what answers
 */
public record CeremonyRoute(String path, int maxBody, Handler handler) {

  /** Answers a request, or throws {@link Problem}. */
  @FunctionalInterface
  public interface Handler {
    OperatorResponse handle(CeremonyRequest request);
  }
}
