package org.thingward.console;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.thingward.platform.Problem;

/** What every request on the operator listener passes: who it is, and headers that protect. */
public final class OperatorSecurity {
  private static final String NOTHING_ELSE =
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private OperatorSecurity() {}

  /** The filters, in order; a request of nobody known reaches nothing behind them. */
  public static SecurityFilterChain chain(HttpSecurity http, BootstrapCredential credential) {
    return http.sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        // No cookie carries authority here; OperatorFilter refuses what other sites send.
        .csrf(csrf -> csrf.disable())
        .requestCache(cache -> cache.disable())
        .logout(logout -> logout.disable())
        .headers(headers ->
            headers
                .contentSecurityPolicy(policy -> policy.policyDirectives(NOTHING_ELSE))
                .referrerPolicy(policy -> {}))
        .addFilterBefore(new OperatorFilter(credential), AuthorizationFilter.class)
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .exceptionHandling(handling ->
            handling.authenticationEntryPoint((request, response, e) ->
                Problems.write(
                    response, new Problem(401, "not-an-operator", "Present the operator's key."))))
        .build();
  }
}
