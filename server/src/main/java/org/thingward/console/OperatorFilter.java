package org.thingward.console;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;
import org.thingward.platform.OperatorAuthentication;
import org.thingward.platform.OperatorAuthentication.Presented;
import org.thingward.platform.Problem;
import org.thingward.trust.Caller;
import org.thingward.trust.Digest;

/**
 * Tells who the operator is, by a session's cookie or the key of the client certificate, and
 * refuses everyone else; but for the pages and the ceremonies by which one becomes an operator.
 */
final class OperatorFilter extends OncePerRequestFilter {
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  private final BootstrapCredential credential;
  private final OperatorAuthentication operators;
  private final OwnPages own;

  OperatorFilter(BootstrapCredential credential, OperatorAuthentication operators, OwnPages own) {
    this.credential = credential;
    this.operators = operators;
    this.own = own;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (OperatorSecurity.isOpen(request)) {
      chain.doFilter(request, response);
      return;
    }
    Caller caller;
    try {
      caller = caller(request);
    } catch (Problem problem) {
      Problems.write(request, response, problem);
      return;
    }
    SecurityContext context = SecurityContextHolder.createEmptyContext();
    context.setAuthentication(new PreAuthenticatedAuthenticationToken(caller, "", List.of()));
    SecurityContextHolder.setContext(context);
    try {
      chain.doFilter(request, response);
    } finally {
      SecurityContextHolder.clearContext();
    }
  }

  private Caller caller(HttpServletRequest request) {
    Optional<X509Certificate> certificate = certificate(request);
    Caller caller =
        operators.authenticate(
            new Presented(
                certificate.filter(credential::isPresentedBy).isPresent(),
                String.join(";", Collections.list(request.getHeaders("cookie"))),
                String.join(",", Collections.list(request.getHeaders("authorization"))),
                certificate.map(its -> Digest.of(its.getPublicKey().getEncoded()))));
    own.requireNotForged(request);
    return caller;
  }

  /** The client's, whose key it has: the handshake says so. */
  private static Optional<X509Certificate> certificate(HttpServletRequest request) {
    return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain && chain.length > 0
        ? Optional.of(chain[0])
        : Optional.empty();
  }
}
