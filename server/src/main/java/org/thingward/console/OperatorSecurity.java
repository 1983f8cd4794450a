package org.thingward.console;

import jakarta.servlet.http.HttpServletRequest;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.thingward.platform.ConsoleName;
import org.thingward.platform.OperatorAuthentication;
import org.thingward.platform.Problem;
import org.thingward.trust.Caller;

/** What every request on the operator listener passes: who it is, and headers that protect. */
public final class OperatorSecurity {
  private static final String NOTHING_ELSE =
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
  private static final String NO_DEVICES =
      "publickey-credentials-create=(self), publickey-credentials-get=(self), camera=(), geolocation=(), microphone=(), payment=(), usb=(), serial=(), hid=(), display-capture=()";

  private static final String API = OperatorApi.BASE + "/";

  private OperatorSecurity() {}

  /** The filters, in order; a request of nobody known reaches nothing behind them. */
  public static SecurityFilterChain chain(
      HttpSecurity http,
      BootstrapCredential credential,
      OperatorAuthentication operators,
      ConsoleName console,
      OperatorApi api) {
    OperatorFilter filter = new OperatorFilter(credential, operators, new OwnPages(console));
    return http.sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        // OwnPages refuses what other sites send, by where it comes from: no token to steal.
        .csrf(csrf -> csrf.disable())
        .requestCache(cache -> cache.disable())
        .logout(logout -> logout.disable())
        .headers(headers ->
            headers
                .contentSecurityPolicy(policy -> policy.policyDirectives(NOTHING_ELSE))
                .permissionsPolicyHeader(policy -> policy.policy(NO_DEVICES))
                .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER))
                .crossOriginOpenerPolicy(
                    policy -> policy.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
                .crossOriginResourcePolicy(
                    policy -> policy.policy(CrossOriginResourcePolicy.SAME_ORIGIN))
                // Of this name alone. For localhost it would bind whatever else is served there.
                .httpStrictTransportSecurity(hsts ->
                    hsts.includeSubDomains(false)
                        .requestMatcher(request -> request.isSecure() && !console.isLocalhost())))
        .addFilterBefore(filter, AuthorizationFilter.class)
        .authorizeHttpRequests(requests ->
            requests
                .requestMatchers(OperatorSecurity::isOpen)
                .permitAll()
                .requestMatchers(request -> request.getRequestURI().startsWith(API))
                .authenticated()
                // Figures and health concern the whole fleet, however their path is written.
                .anyRequest()
                .access((known, place) -> new AuthorizationDecision(showsFleet(known.get(), api))))
        .exceptionHandling(handling ->
            handling
                .authenticationEntryPoint((request, response, e) ->
                    Problems.write(
                        request,
                        response,
                        new Problem(
                            401, "not-an-operator", "Log in at the console with a passkey.")))
                .accessDeniedHandler((request, response, e) ->
                    Problems.write(
                        request,
                        response,
                        new Problem(
                            403,
                            "operator-refused",
                            "This concerns the whole fleet: it takes view for every region and product."))))
        .build();
  }

  private static boolean showsFleet(Authentication known, OperatorApi api) {
    return known.getPrincipal() instanceof Caller caller && api.showsFleet(caller);
  }

  /** Whether this may be asked for by anyone: the console's files, and the way in. */
  static boolean isOpen(HttpServletRequest request) {
    String path = request.getRequestURI();
    return ConsoleFiles.PATHS.contains(path) || path.startsWith(CeremonyApi.BASE + "/");
  }
}
