package org.thingward.platform;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.thingward.trust.DecisionPoint;
import org.thingward.trust.RecordedDecision;
import org.thingward.trust.Request;
import org.thingward.trust.RequestKind;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The device plane's HTTPS listener. Reads a request on the event loop within its route's bounds,
 * hands it over once to a virtual thread, where the decision is asked for and the handler runs.
 */
public final class DeviceListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeviceListener.class);
  private static final int MAX_HEADERS = 16 << 10;
  private static final int MAX_FIRST_LINE = 4 << 10;
  private static final int MAX_CONNECTIONS = 16_384;
  private static final String NO_ROUTE = "none";

  private final Routes<DeviceRoute> routes;
  private final DeviceTls tls;
  private final DecisionPoint decisions;
  private final MeterRegistry metrics;
  private final Time time;
  private final List<PeerSightings> sightings = new CopyOnWriteArrayList<>();
  private final TlsExporter exporter = new TlsExporter();
  private final Scheduler handlers =
      Schedulers.fromExecutor(task -> Thread.ofVirtual().name("device-request").start(task));
  private final DisposableServer server;

  /** A request on its way: what was found out about it before its body was read. */
  private record Arrival(
      Routes.Match<DeviceRoute> match,
      SSLSession session,
      Optional<ChannelBinding> binding,
      Map<String, String> headers,
      InetSocketAddress remote) {}

  /**
   * Opens the listener.
   *
   * @param address where to listen; port 0 picks a free one
   * @throws IllegalStateException if the port is taken, naming it
   */
  public DeviceListener(
      InetSocketAddress address,
      List<DeviceRoute> routes,
      DeviceTls tls,
      DecisionPoint decisions,
      MeterRegistry metrics,
      Time time) {
    Routes.Builder<DeviceRoute> table = new Routes.Builder<>();
    routes.forEach(route -> table.add(route.method(), route.path(), route));
    this.routes = table.build();
    this.tls = tls;
    this.decisions = decisions;
    this.metrics = metrics;
    this.time = time;
    this.server = bind(address);
  }

  /** Has {@code hears} told of each request from now on, once it was answered well. */
  public void subscribe(PeerSightings hears) {
    sightings.add(hears);
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(5));
    handlers.dispose();
  }

  private DisposableServer bind(InetSocketAddress address) {
    var context = tls.context(ClientAuth.OPTIONAL, exporter);
    try {
      return HttpServer.create()
          .bindAddress(() -> address)
          .protocol(HttpProtocol.HTTP11)
          .maxConnections(MAX_CONNECTIONS)
          .secure(spec -> spec.sslContext(context).handshakeTimeout(Duration.ofSeconds(5)))
          .httpRequestDecoder(
              spec -> spec.maxHeaderSize(MAX_HEADERS).maxInitialLineLength(MAX_FIRST_LINE))
          .doOnChannelInit((observer, channel, remote) -> {
            exporter.expect(channel);
            channel
                .pipeline()
                .addAfter(NettyPipeline.HttpCodec, "request-guard", new RequestGuard());
          })
          .handle(this::exchange)
          .bindNow(Duration.ofSeconds(10));
    } catch (reactor.netty.ChannelBindException e) {
      throw new IllegalStateException(
          "port %d is taken. Give --https-port, or end what uses it.".formatted(address.getPort()),
          e);
    }
  }

  private Publisher<Void> exchange(HttpServerRequest request, HttpServerResponse response) {
    long started = time.nanos();
    Arrival arrival;
    try {
      arrival = arrive(request);
    } catch (RuntimeException e) {
      return send(response, refusal(e), NO_ROUTE, started);
    }
    DeviceRoute route = arrival.match().route();
    return read(request, route.maxBody())
        .publishOn(handlers)
        .map(body -> answer(arrival, body))
        .onErrorResume(e -> Mono.just(refusal(e)))
        .flatMap(answer -> Mono.from(send(response, answer, route.path(), started)));
  }

  private Arrival arrive(HttpServerRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    Routes.Match<DeviceRoute> match =
        routes.find(request.method().name(), query < 0 ? uri : uri.substring(0, query));
    Map<String, String> headers = new LinkedHashMap<>();
    request
        .requestHeaders()
        .forEach(header ->
            headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
    ContentEncoding.requireNone(
        String.join(",", request.requestHeaders().getAll(HttpHeaderNames.CONTENT_ENCODING)));
    Channel channel = channel(request);
    return new Arrival(
        match,
        channel.pipeline().get(SslHandler.class).engine().getSession(),
        TlsExporter.of(channel),
        headers,
        remote(request));
  }

  private static Channel channel(HttpServerRequest request) {
    List<Channel> channels = new ArrayList<>(1);
    request.withConnection(connection -> channels.add(connection.channel()));
    return channels.getFirst();
  }

  private static InetSocketAddress remote(HttpServerRequest request) {
    return request.remoteAddress() instanceof InetSocketAddress address
        ? address
        : InetSocketAddress.createUnresolved("unknown", 0);
  }

  /** The whole body, or an error as soon as it is known to be longer than {@code limit}. */
  private static Mono<byte[]> read(HttpServerRequest request, int limit) {
    String declared = request.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
    if (declared != null && Long.parseLong(declared) > limit) {
      return Mono.error(tooLarge(limit));
    }
    return request
        .receive()
        .asByteArray()
        .reduceWith(() -> new BoundedBody(limit), BoundedBody::with)
        .map(BoundedBody::bytes);
  }

  static Problem tooLarge(int limit) {
    return new Problem(
        413, "too-large", "The body is larger than " + limit + " bytes, which is all this takes.");
  }

  /** On a virtual thread: who asks, may they, and what the room answers. */
  private DeviceResponse answer(Arrival arrival, byte[] body) {
    DeviceRoute route = arrival.match().route();
    Optional<Peer> peer = tls.peerOf(arrival.session());
    DeviceRequest request =
        new DeviceRequest(
            peer,
            arrival.match().variables(),
            arrival.headers(),
            body,
            arrival.remote(),
            arrival.binding());
    switch (route.admission()) {
      case Admission.ByCertificate(RequestKind kind) -> demandPermit(kind, request.requirePeer());
      case Admission.ByHandler own -> {
        Peer unused = request.requirePeer();
      }
      case Admission.ByToken byToken -> {}
      case Admission.Open open -> {}
    }
    DeviceResponse answer = route.handler().handle(request);
    if (answer.status() < 400) {
      tellOf(route.admission(), request);
    }
    return answer;
  }

  /** Only of who showed a certificate and did with it what it may. */
  private void tellOf(Admission admission, DeviceRequest request) {
    switch (admission) {
      case Admission.ByCertificate permitted -> tell(request);
      case Admission.ByHandler permitted -> tell(request);
      case Admission.ByToken byToken -> {}
      case Admission.Open open -> {}
    }
  }

  private void tell(DeviceRequest request) {
    if (!request.remote().isUnresolved()) {
      Place from = Place.of(request.remote().getAddress());
      sightings.forEach(hears -> hears.seen(request.requirePeer(), from));
    }
  }

  private void demandPermit(RequestKind kind, Peer peer) {
    RecordedDecision recorded =
        decisions.decide(new Request(kind, peer.subject(), peer.credential(), peer.end()));
    if (recorded.decision().permits()) {
      return;
    }
    throw Problem.denied(recorded);
  }

  private static DeviceResponse refusal(Throwable failure) {
    Problem problem = Problem.of(failure);
    if (problem.status() >= 500) {
      log.error("a device's request failed", failure);
    }
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", Problem.MEDIA_TYPE);
    if (problem.status() == 413) {
      headers.put("connection", "close"); // The rest of the body stays unread.
    }
    if (problem.status() == 503) {
      headers.put("retry-after", "2");
    }
    if (problem.members().get("allow") instanceof List<?> methods) {
      headers.put("allow", String.join(", ", methods.stream().map(String::valueOf).toList()));
    }
    return new DeviceResponse(problem.status(), headers, problem.json());
  }

  private Publisher<Void> send(
      HttpServerResponse response, DeviceResponse answer, String route, long started) {
    Timer.builder("thingward.device.requests")
        .tag("route", route)
        .tag("status", String.valueOf(answer.status()))
        .register(metrics)
        .record(time.nanos() - started, TimeUnit.NANOSECONDS);
    response.status(answer.status());
    response.header("x-content-type-options", "nosniff");
    response.header("cache-control", "no-store");
    answer.headers().forEach(response::header);
    if (answer.status() == 204 || answer.status() == 304) {
      return response.send();
    }
    response.header(HttpHeaderNames.CONTENT_LENGTH, String.valueOf(answer.body().length));
    return response.sendByteArray(Flux.just(answer.body()));
  }
}
