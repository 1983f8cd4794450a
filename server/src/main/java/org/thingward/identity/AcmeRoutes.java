package org.thingward.identity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.platform.Admission;
import org.thingward.platform.DeviceRequest;
import org.thingward.platform.DeviceResponse;
import org.thingward.platform.DeviceRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Time;
import org.thingward.trust.RequestKind;
import tools.jackson.databind.json.JsonMapper;

/**
 * Enrolment over ACME (RFC 8555, RFC 9773): the envelope of every request and answer. What the
 * requests ask is done by {@link AcmeRequests}.
 */
final class AcmeRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(AcmeRoutes.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String JOSE = "application/jose+json";

  /** A certificate request in base64, twice in base64 within the signature, and the rest. */
  private static final int MAX_BODY = 64 << 10;

  private final AcmeAccounts accounts;
  private final AcmeRequests requests;
  private final AcmeRenewals renewals;
  private final AcmeNonces nonces;
  private final AcmeUrls urls;
  private final Time time;

  AcmeRoutes(
      AcmeAccounts accounts,
      AcmeRequests requests,
      AcmeRenewals renewals,
      AcmeNonces nonces,
      AcmeUrls urls,
      Time time) {
    this.accounts = accounts;
    this.requests = requests;
    this.renewals = renewals;
    this.nonces = nonces;
    this.urls = urls;
    this.time = time;
  }

  List<DeviceRoute> routes() {
    List<DeviceRoute> routes = new ArrayList<>();
    Admission open = new Admission.Open();
    routes.add(new DeviceRoute("GET", AcmeUrls.BASE + "directory", open, 0, this::directory));
    routes.add(
        new DeviceRoute("HEAD", AcmeUrls.BASE + "new-nonce", open, 0, request -> nonce(200)));
    routes.add(new DeviceRoute("GET", AcmeUrls.BASE + "new-nonce", open, 0, request -> nonce(204)));
    routes.add(
        new DeviceRoute(
            "GET",
            AcmeUrls.BASE + "renewal-info/{certificate}",
            open,
            0,
            request -> guarded(() -> renewals.answer(request))));
    requests
        .byPath()
        .forEach((path, answer) ->
            routes.add(
                new DeviceRoute(
                    "POST",
                    path,
                    new Admission.ByToken(RequestKind.ENROL),
                    MAX_BODY,
                    request -> guarded(() -> signed(path, request, answer)))));
    return List.copyOf(routes);
  }

  private DeviceResponse directory(DeviceRequest request) {
    return guarded(() ->
        DeviceResponse.json(JSON.writeValueAsString(AcmeView.directory(urls.origin(request)))));
  }

  private DeviceResponse nonce(int status) {
    return new DeviceResponse(status, Map.of("replay-nonce", nonces.draw()), new byte[0]);
  }

  private DeviceResponse signed(
      String path, DeviceRequest request, Function<AcmeCall, DeviceResponse> answer) {
    requireJose(request.header("content-type"));
    String origin = urls.origin(request);
    String url = origin + filled(path, request.variables());
    DeviceResponse made = answer.apply(call(request, url, new AcmeView(origin, time.now())));
    Map<String, String> headers = new LinkedHashMap<>(made.headers());
    headers.merge(
        "link",
        "<" + origin + AcmeUrls.BASE + "directory>;rel=\"index\"",
        (own, index) -> own + ", " + index);
    return new DeviceResponse(made.status(), headers, made.body());
  }

  /** Who signed it, for here, and now. */
  private AcmeCall call(DeviceRequest request, String url, AcmeView view) {
    AcmeJws jws = AcmeJws.read(request.body());
    Optional<AcmeAccount> account = jws.kid().map(urls::account).map(accounts::get);
    AcmeKey key =
        account.map(AcmeAccount::key).orElseGet(() -> AcmeKey.read(jws.jwk().orElseThrow()));
    jws.require(key);
    if (!jws.url().equals(url)) {
      throw new AcmeRefused(
          AcmeError.UNAUTHORIZED, "The request was signed for another URL than " + url + ".");
    }
    nonces.spend(
        jws.nonce()
            .orElseThrow(
                () -> new AcmeRefused(AcmeError.BAD_NONCE, "The protected header has no nonce.")));
    return new AcmeCall(request, jws, key, account, url, view);
  }

  private static void requireJose(String contentType) {
    if (!contentType.equals(JOSE)) {
      throw AcmeRefused.of(
          new Problem(415, "content-type", "Send requests as Content-Type: " + JOSE + "."));
    }
  }

  private static String filled(String path, Map<String, String> variables) {
    String filled = path;
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      filled = filled.replace("{" + variable.getKey() + "}", variable.getValue());
    }
    return filled;
  }

  /** Every answer carries a nonce; refusals are said as ACME has them. */
  private DeviceResponse guarded(java.util.function.Supplier<DeviceResponse> work) {
    DeviceResponse answer;
    try {
      answer = work.get();
    } catch (AcmeRefused refused) {
      answer = refusal(refused);
    } catch (RuntimeException e) {
      Problem problem = Problem.of(e);
      if (problem.status() >= 500) {
        LOG.error("a request over ACME failed", e);
      }
      answer = refusal(AcmeRefused.of(problem));
    }
    Map<String, String> headers = new LinkedHashMap<>(answer.headers());
    headers.put("replay-nonce", nonces.draw());
    return new DeviceResponse(answer.status(), headers, answer.body());
  }

  private static DeviceResponse refusal(AcmeRefused refused) {
    Map<String, String> headers = new LinkedHashMap<>(refused.headers());
    headers.put("content-type", Problem.MEDIA_TYPE);
    return new DeviceResponse(refused.status(), headers, JSON.writeValueAsBytes(refused.tree()));
  }
}
