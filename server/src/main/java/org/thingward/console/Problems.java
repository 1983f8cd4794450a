package org.thingward.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.thingward.platform.Problem;

/** Answers with a problem (RFC 9457). */
final class Problems {
  private Problems() {}

  static void write(HttpServletRequest request, HttpServletResponse response, Problem problem)
      throws IOException {
    if (response.isCommitted()) {
      throw new IOException("the answer had begun when it failed: " + problem.detail());
    }
    byte[] body = problem.json();
    response.resetBuffer();
    response.setStatus(problem.status());
    response.setContentType(Problem.MEDIA_TYPE);
    response.setContentLength(body.length);
    // Whoever sends or asks too much does not keep a connection by it. HTTP/2 has no such header.
    boolean tooMuch = problem.status() == 413 || problem.status() == 429;
    if (tooMuch && request.getProtocol().startsWith("HTTP/1")) {
      response.setHeader("connection", "close");
    }
    if (problem.status() == 503 || problem.status() == 429) {
      response.setHeader("retry-after", "2");
    }
    if (problem.members().get("allow") instanceof List<?> methods) {
      response.setHeader(
          "allow", String.join(", ", methods.stream().map(String::valueOf).toList()));
    }
    response.getOutputStream().write(body);
  }
}
