package org.thingward.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.HttpRequestHandler;
import org.thingward.platform.CeremonyRequest;
import org.thingward.platform.CeremonyRoute;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.Place;
import org.thingward.platform.Problem;
import org.thingward.platform.Routes;
import org.thingward.platform.Time;

/**
 * The way in, below {@code /access}, for who is not yet known: answers pages of the console's own
 * origin, and, where a route says so, programs that are no browser.
 */
public final class CeremonyApi implements HttpRequestHandler {
  /** Below which path the routes are. */
  public static final String BASE = "/access";

  private static final Logger log = LoggerFactory.getLogger(CeremonyApi.class);

  private final Routes<CeremonyRoute> routes;
  private final OwnPages own;
  private final Paces paces;

  /** Mounts {@code routes} for pages of {@code own}. */
  public CeremonyApi(List<CeremonyRoute> routes, OwnPages own, Time time) {
    Routes.Builder<CeremonyRoute> table = new Routes.Builder<>();
    routes.forEach(route -> table.add("POST", route.path(), route));
    this.routes = table.build();
    this.own = own;
    this.paces = new Paces(time);
  }

  @Override
  public void handleRequest(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      OperatorResponse answer = answer(request);
      response.setStatus(answer.status());
      answer.headers().forEach(response::setHeader);
      answer.body().writeTo(response.getOutputStream());
    } catch (RuntimeException e) {
      Problem problem = Problem.of(e);
      if (problem.status() >= 500) {
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), e);
      }
      Problems.write(request, response, problem);
    }
  }

  private OperatorResponse answer(HttpServletRequest request) {
    CeremonyRoute route = route(request);
    Map<String, String> headers = RequestBody.headers(request);
    String type = headers.getOrDefault("content-type", "").toLowerCase(Locale.ROOT);
    if (!type.equals("application/json")) {
      throw new Problem(415, "media-type", "This takes application/json.");
    }
    return route
        .handler()
        .handle(
            new CeremonyRequest(
                request.getLocalPort(),
                request.getRemoteAddr(),
                ClientKey.of(request),
                headers,
                RequestBody.read(request, route.maxBody())));
  }

  private CeremonyRoute route(HttpServletRequest request) {
    String path = request.getRequestURI().substring(BASE.length());
    CeremonyRoute route = routes.find(request.getMethod(), path).route();
    Place network = Place.of(request.getRemoteAddr());
    if (!paces.admits(route.from(), network)) {
      throw new Problem(429, "too-many-requests", "Too many attempts to log in. Wait a little.");
    }
    switch (route.from()) {
      case OWN_PAGE -> own.require(request);
      case PROGRAM -> OwnPages.requireNoBrowser(request);
    }
    return route;
  }
}
