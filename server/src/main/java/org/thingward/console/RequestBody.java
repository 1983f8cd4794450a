package org.thingward.console;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.thingward.platform.ContentEncoding;
import org.thingward.platform.Problem;

/** Reads what a request brings, within limits. */
final class RequestBody {
  private RequestBody() {}

  /** The headers by lower-case name; of repeated ones the first. */
  static Map<String, String> headers(HttpServletRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    Collections.list(request.getHeaderNames())
        .forEach(name -> headers.put(name.toLowerCase(Locale.ROOT), request.getHeader(name)));
    return headers;
  }

  /**
   * The body, of at most {@code limit} bytes.
   *
   * @throws Problem 413 if it is larger, 415 if it is compressed, 400 if it breaks off
   */
  static byte[] read(HttpServletRequest request, int limit) {
    ContentEncoding.requireNone(
        String.join(",", Collections.list(request.getHeaders("content-encoding"))));
    try {
      if (request.getContentLengthLong() > limit) {
        throw tooLarge(limit);
      }
      byte[] body = request.getInputStream().readNBytes(limit + 1);
      if (body.length > limit) {
        throw tooLarge(limit);
      }
      return body;
    } catch (IOException e) {
      throw new Problem(400, "body-broken", "The body broke off: " + e.getMessage());
    }
  }

  private static Problem tooLarge(int limit) {
    return new Problem(
        413, "too-large", "The body is larger than " + limit + " bytes, which is all this takes.");
  }
}
