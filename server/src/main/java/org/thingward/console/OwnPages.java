package org.thingward.console;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.Problem;

/**
 * Tells requests of the console's own pages from those that another site makes a browser send. A
 * browser says truly where a request comes from (Origin, RFC 6454; Fetch Metadata), and sends a
 * header of ours for a page of another origin only if it is allowed to, which it never is.
 */
public final class OwnPages {
  /** The header that the console's own script sets on what it sends. */
  static final String MARK = "thingward-console";

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final ConsoleName console;

  /** Those of the console of this name. */
  public OwnPages(ConsoleName console) {
    this.console = console;
  }

  /**
   * Returns if a page of ours sent it.
   *
   * @throws Problem 403 if not
   */
  void require(HttpServletRequest request) {
    String origin = console.origin(request.getLocalPort());
    if (!origin.equals(request.getHeader("origin")) || request.getHeader(MARK) == null) {
      throw new Problem(
          403, "cross-site", "Only a page of the console at " + origin + " may send this.");
    }
    requireNotForeign(request);
  }

  /**
   * Returns unless another site sent it. What changes something and comes with a cookie must be of
   * a page of ours; programs send neither cookies nor Fetch Metadata.
   *
   * @throws Problem 403 if another site sent it
   */
  void requireNotForged(HttpServletRequest request) {
    boolean safe = SAFE.contains(request.getMethod());
    boolean cookie = request.getHeader("cookie") != null;
    if (!safe && cookie) {
      require(request);
    } else if (!safe || cookie) {
      requireNotForeign(request);
    }
  }

  /**
   * Returns if no browser sent it, so that no site can have one sent: browsers say where a page's
   * request comes from, and pages cannot keep them from it.
   *
   * @throws Problem 403 if a browser sent it
   */
  static void requireNoBrowser(HttpServletRequest request) {
    for (String header : List.of("origin", "cookie", "sec-fetch-site")) {
      if (request.getHeader(header) != null) {
        throw new Problem(403, "cross-site", "Programs may send this, and no page of a browser.");
      }
    }
  }

  private void requireNotForeign(HttpServletRequest request) {
    @Nullable String site = request.getHeader("sec-fetch-site");
    if (site != null && !OWN_SITE.contains(site)) {
      throw new Problem(403, "cross-site", "Another site may not act through a browser.");
    }
  }
}
