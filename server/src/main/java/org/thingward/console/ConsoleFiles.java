package org.thingward.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.web.HttpRequestHandler;
import org.thingward.platform.Problem;

/** The console's pages: a fixed few files that hold no secret, so that anyone may read them. */
public final class ConsoleFiles implements HttpRequestHandler {
  /** Scripts and styles from here alone, none of them inline; no frame, no form, no other host. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private record File(String type, byte[] content) {}

  private static final Map<String, File> FILES =
      Map.of(
          "/", file("index.html", "text/html; charset=utf-8"),
          "/console.css", file("console.css", "text/css; charset=utf-8"),
          "/console.js", file("console.js", "text/javascript; charset=utf-8"),
          "/mark.svg", file("mark.svg", "image/svg+xml"));

  /** Where they are. */
  public static final Set<String> PATHS = FILES.keySet();

  /** All of them at their paths, to be mounted. */
  public static Map<String, HttpRequestHandler> mounted() {
    ConsoleFiles files = new ConsoleFiles();
    Map<String, HttpRequestHandler> mounted = new LinkedHashMap<>();
    PATHS.forEach(path -> mounted.put(path, files));
    return mounted;
  }

  @Override
  public void handleRequest(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    File file = FILES.get(request.getRequestURI());
    if (file == null) {
      Problems.write(response, new Problem(404, "not-found", "There is nothing here."));
      return;
    }
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      Problems.write(
          response,
          new Problem(
              405, "method-not-allowed", "This takes GET.", Map.of("allow", List.of("GET"))));
      return;
    }
    response.setHeader("content-security-policy", POLICY);
    response.setContentType(file.type());
    response.setContentLength(file.content().length);
    response.getOutputStream().write(file.content());
  }

  private static File file(String name, String type) {
    try (InputStream content = ConsoleFiles.class.getResourceAsStream("/console/" + name)) {
      if (content == null) {
        throw new IllegalStateException("console/" + name + " is not on the class path");
      }
      return new File(type, content.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("console/" + name + " cannot be read", e);
    }
  }
}
