package org.thingward.console;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;
import org.thingward.platform.Problem;

/** Tells who the operator is by the key of the client certificate, and refuses everyone else. */
final class OperatorFilter extends OncePerRequestFilter {
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final BootstrapCredential credential;

  OperatorFilter(BootstrapCredential credential) {
    this.credential = credential;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!isOperator(request)) {
      Problems.write(
          response, new Problem(401, "not-an-operator", "This certificate is not an operator's."));
      return;
    }
    if (isForged(request)) {
      Problems.write(
          response, new Problem(403, "cross-site", "Another site may not act through a browser."));
      return;
    }
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(
        new PreAuthenticatedAuthenticationToken(BootstrapGate.BOOTSTRAP, "", List.of()));
    SecurityContextHolder.setContext(context);
    try {
      chain.doFilter(request, response);
    } finally {
      SecurityContextHolder.clearContext();
    }
  }

  private boolean isOperator(HttpServletRequest request) {
    return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
        && chain.length > 0
        && credential.isPresentedBy(chain[0]);
  }

  /** A browser presents the certificate for any page that asks, so the page's site matters. */
  private static boolean isForged(HttpServletRequest request) {
    String site = request.getHeader("sec-fetch-site");
    return !SAFE.contains(request.getMethod()) && site != null && !OWN_SITE.contains(site);
  }
}
