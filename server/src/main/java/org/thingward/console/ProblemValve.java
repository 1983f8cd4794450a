package org.thingward.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Problem;

/**
 * What the container itself refuses, malformed requests above all, is answered as a problem too.
 */
public final class ProblemValve extends ErrorReportValve {
  private static final Logger log = LoggerFactory.getLogger(ProblemValve.class);
  private static final Map<Integer, String> DETAILS =
      Map.of(
          400, "This is no HTTP request that can be answered.",
          404, "There is nothing here; the API is below /api/v1.",
          405, "This method is not for this place.",
          414, "The path and query are too long.",
          431, "The headers are too large.");

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    String detail =
        DETAILS.getOrDefault(status, status < 500 ? "Refused." : "A defect; see the log.");
    byte[] body = new Problem(Math.min(status, 599), "refused", detail).json();
    try {
      response.setContentType(Problem.MEDIA_TYPE);
      response.getReporter().write(new String(body, StandardCharsets.UTF_8));
      response.finishResponse();
    } catch (IOException e) {
      log.debug("a client left before it heard of its mistake", e);
    }
  }
}
