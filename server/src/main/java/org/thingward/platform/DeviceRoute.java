package org.thingward.platform;

/**
 * A place on the device listener (HTTPS). Handlers block, on a virtual thread of their own.
 *
 * @param method the HTTP method, e.g. {@code POST}
 * @param path the path; a segment in braces is a variable, e.g. {@code /crl/{issuer}}
 * @param admission what it takes to reach the handler
 * @param maxBody the largest body accepted, in bytes; more is answered 413 unread
 * @param handler what answers
 */
public record DeviceRoute(
    String method, String path, Admission admission, int maxBody, Handler handler) {

  /** Answers a request, or throws {@link Problem}. */
  @FunctionalInterface
  public interface Handler {
    DeviceResponse handle(DeviceRequest request);
  }
}
