package org.thingward.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.HttpRequestHandler;
import org.thingward.platform.Problem;

/**
 * The console's pages: the files that module {@code web} has built and listed, and no others. They
 * hold no secret, so that anyone may read them.
 *
 * <p>The page itself is kept by nobody, and names the files of its version; those are named by
 * their content, so that whoever has one keeps it for good.
 */
public final class ConsoleFiles implements HttpRequestHandler {
  /** Scripts and styles from here alone, none of them inline; no frame, no form, no other host. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final String PAGE = "index.html";
  private static final String BY_CONTENT = "assets/";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "woff2", "font/woff2");

  /** Content codings in which a file may be there, the best first, by their suffixes. */
  private static final Map<String, String> CODINGS = codings();

  private record File(String type, boolean keep, byte[] content, Map<String, byte[]> coded) {}

  private static final Map<String, File> FILES = files();

  /** Where they are; the page's own path also in a build without the console. */
  public static final Set<String> PATHS = FILES.isEmpty() ? Set.of("/") : FILES.keySet();

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
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      Problems.write(
          request,
          response,
          new Problem(
              405, "method-not-allowed", "This takes GET.", Map.of("allow", List.of("GET"))));
      return;
    }
    File file = FILES.get(request.getRequestURI());
    if (file == null) {
      Problems.write(request, response, absent());
    } else {
      write(file, request, response);
    }
  }

  private static Problem absent() {
    return FILES.isEmpty()
        ? new Problem(503, "no-console", "This build is without the console; its API is here.")
        : new Problem(404, "not-found", "There is nothing here.");
  }

  private static void write(File file, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("content-security-policy", POLICY);
    response.setHeader(
        "cache-control", file.keep() ? "public, max-age=31536000, immutable" : "no-store");
    response.setHeader("vary", "accept-encoding");
    response.setContentType(file.type());
    byte[] content = file.content();
    String accepted = request.getHeader("accept-encoding");
    for (Map.Entry<String, byte[]> coded : file.coded().entrySet()) {
      if (accepted != null && accepts(accepted, coded.getKey())) {
        response.setHeader("content-encoding", coded.getKey());
        content = coded.getValue();
        break;
      }
    }
    response.setContentLength(content.length);
    response.getOutputStream().write(content);
  }

  /** Whether a header names this coding and does not refuse it (RFC 9110 §12.5.3). */
  private static boolean accepts(String header, String coding) {
    for (String part : header.split(",", 16)) {
      String[] words = part.strip().split(";", 2);
      if (words[0].strip().equalsIgnoreCase(coding)) {
        return words.length == 1 || !words[1].strip().matches("q=0(\\.0*)?");
      }
    }
    return false;
  }

  private static Map<String, String> codings() {
    Map<String, String> codings = new LinkedHashMap<>();
    codings.put("br", ".br");
    codings.put("gzip", ".gz");
    return codings;
  }

  private static Map<String, File> files() {
    byte[] list = content("files");
    Map<String, File> files = new LinkedHashMap<>();
    if (list != null) {
      for (String name : new String(list, StandardCharsets.UTF_8).lines().toList()) {
        files.put(name.equals(PAGE) ? "/" : "/" + name, file(name));
      }
    }
    return files;
  }

  private static File file(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    byte[] content = content(name);
    if (type == null || content == null) {
      throw new IllegalStateException("console/" + name + " is listed, and is not what is served");
    }
    Map<String, byte[]> coded = new LinkedHashMap<>();
    CODINGS.forEach((coding, suffix) -> {
      byte[] compressed = content(name + suffix);
      if (compressed != null) {
        coded.put(coding, compressed);
      }
    });
    return new File(type, name.startsWith(BY_CONTENT), content, coded);
  }

  private static byte @Nullable [] content(String name) {
    try (InputStream content = ConsoleFiles.class.getResourceAsStream("/console/" + name)) {
      return content == null ? null : content.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("console/" + name + " cannot be read", e);
    }
  }
}
