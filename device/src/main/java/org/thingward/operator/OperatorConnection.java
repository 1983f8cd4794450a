package org.thingward.operator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.thingward.device.ClientTls;
import org.thingward.device.Credential;
import org.thingward.device.ServerUnreachable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Speaks HTTPS to the operator listener: JSON in and out, problems as exceptions, each change with
 * an idempotency key so that a repeated request does its work once. Safe for many threads.
 */
public final class OperatorConnection implements AutoCloseable {
  /** The status of what is not done yet. */
  static final int ACCEPTED = 202;

  private static final String BASE = "/api/v1";
  private static final String ACCESS = "/access";
  private static final Duration TIME_OUT = Duration.ofMinutes(2);
  private static final JsonMapper JSON = JsonMapper.shared();

  private static final int MAX_PROBLEM = 65_536;

  private final URI server;
  private final RandomGenerator random;
  private final Optional<String> token;
  private final HttpClient client;

  /**
   * A connection to one server.
   *
   * @param server the operator listener, e.g. {@code https://localhost:9443}
   * @param operator the operator's credential
   * @param random where idempotency keys come from
   */
  public OperatorConnection(URI server, Credential operator, RandomGenerator random) {
    this(server, ClientTls.of(operator), Optional.empty(), random);
  }

  /**
   * A connection to one server by an API token, or by none to get one.
   *
   * @param tls presents the key that the token is bound to, if it is bound to one
   * @param token the token's text: a secret
   */
  public OperatorConnection(
      URI server, ClientTls tls, Optional<String> token, RandomGenerator random) {
    this.server = server;
    this.random = random;
    this.token = token;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .sslContext(tls.forHttps())
            .build();
  }

  /** Reads {@code path} below the API's base. */
  public JsonNode get(String path, Map<String, String> query) {
    return json(getBytes(path, query));
  }

  /** Reads {@code path} as it is, e.g. a proof bundle or a policy. */
  public byte[] getBytes(String path, Map<String, String> query) {
    return send(request(path, query).GET().build());
  }

  /** Reads {@code path} as it is into {@code out}, however much it is and however long it takes. */
  public void download(String path, Map<String, String> query, OutputStream out) {
    HttpRequest request = asking(path, query).build();
    HttpResponse<InputStream> response =
        exchange(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() / 100 != 2) {
        throw problem(response.statusCode(), body.readNBytes(MAX_PROBLEM));
      }
      long unused = body.transferTo(out);
    } catch (IOException e) {
      throw new ServerUnreachable("the answer broke off: " + e.getMessage(), e);
    }
  }

  /** Sends JSON made of maps, lists, strings, numbers and booleans. */
  public JsonNode post(String path, Map<String, ?> body) {
    byte[] json = JSON.writeValueAsBytes(body);
    return change("POST", path, Map.of(), "application/json", json);
  }

  /** Asks for {@code path} to be taken away. */
  public JsonNode delete(String path) {
    return change("DELETE", path, Map.of(), "application/json", new byte[0]);
  }

  /** Sends JSON to a place below {@code /access}, where one becomes an operator. */
  public JsonNode access(String path, Map<String, ?> body) {
    return json(
        send(
            HttpRequest.newBuilder(server.resolve(ACCESS + path))
                .timeout(TIME_OUT)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build()));
  }

  /** Puts JSON, as {@link #post} sends it, in place of what is at {@code path}. */
  public JsonNode put(String path, Map<String, ?> body) {
    byte[] json = JSON.writeValueAsBytes(body);
    return change("PUT", path, Map.of(), "application/json", json);
  }

  /** Sends bytes of any type. */
  public JsonNode change(
      String method, String path, Map<String, String> query, String contentType, byte[] body) {
    byte[] key = new byte[16];
    random.nextBytes(key);
    HttpRequest request =
        request(path, query)
            .header("content-type", contentType)
            .header("idempotency-key", HexFormat.of().formatHex(key))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return json(send(request));
  }

  /**
   * Follows a stream of server-sent events until {@code wantsMore} says no or the server ends it.
   */
  public void follow(String path, Map<String, String> query, Predicate<JsonNode> wantsMore) {
    follow(asking(path, query).build(), wantsMore);
  }

  /** As {@link #follow(String, Map, Predicate)}, of what is answered to a body; it reads only. */
  public void follow(
      String path,
      Map<String, String> query,
      String contentType,
      byte[] body,
      Predicate<JsonNode> wantsMore) {
    HttpRequest request =
        asking(path, query)
            .header("content-type", contentType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    follow(request, wantsMore);
  }

  private void follow(HttpRequest asked, Predicate<JsonNode> wantsMore) {
    HttpRequest request =
        HttpRequest.newBuilder(asked, (name, value) -> true)
            .header("accept", "text/event-stream")
            .build();
    HttpResponse<InputStream> response =
        exchange(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() / 100 != 2) {
        throw problem(response.statusCode(), body.readNBytes(MAX_PROBLEM));
      }
      events(body, wantsMore);
    } catch (IOException e) {
      throw new ServerUnreachable("the stream of events broke off: " + e.getMessage(), e);
    }
  }

  /** The data of server-sent events, each JSON on one line. */
  static void events(InputStream body, Predicate<JsonNode> wantsMore) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (line != null
        && (!line.startsWith("data:")
            || wantsMore.test(json(line.substring(5).getBytes(StandardCharsets.UTF_8))))) {
      line = lines.readLine();
    }
  }

  private HttpRequest.Builder request(String path, Map<String, String> query) {
    return asking(path, query).timeout(TIME_OUT);
  }

  private HttpRequest.Builder asking(String path, Map<String, String> query) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address(path, query));
    token.ifPresent(text -> request.header("authorization", "Bearer " + text));
    return request;
  }

  private URI address(String path, Map<String, String> query) {
    String parameters =
        new TreeMap<>(query)
            .entrySet().stream()
                .map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
    return server.resolve(BASE + path + (parameters.isEmpty() ? "" : "?" + parameters));
  }

  /** One segment of a path or one part of a query, so that no value can change the request. */
  public static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private byte[] send(HttpRequest request) {
    HttpResponse<byte[]> response = exchange(request, HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() / 100 != 2) {
      throw problem(response.statusCode(), response.body());
    }
    requireDone(response.statusCode(), response.body());
    return response.body();
  }

  /**
   * Returns if the answer is that of what was asked.
   *
   * @throws OperatorProblem if it says that others must agree first
   */
  static void requireDone(int status, byte[] body) {
    if (status == ACCEPTED) {
      JsonNode awaited = json(body);
      throw new OperatorProblem(
          status,
          "urn:thingward:problem:awaits-approval",
          awaited.path("detail").asString("others must agree first"),
          Map.of("approval", awaited.path("approval").asString("")));
    }
  }

  private <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (ConnectException e) {
      throw new ServerUnreachable(
          "nothing answers at " + server + ". Start the server: ./thingward up", e);
    } catch (IOException e) {
      throw new ServerUnreachable(server + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerUnreachable("interrupted while waiting for " + server, e);
    }
  }

  static JsonNode json(byte[] body) {
    try {
      return body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
    } catch (JacksonException e) {
      throw new ServerUnreachable("the server answered with what is no JSON", e);
    }
  }

  static OperatorProblem problem(int status, byte[] body) {
    try {
      Map<String, Object> members = new HashMap<>();
      JSON.readTree(body)
          .properties()
          .forEach(
              each -> members.put(each.getKey(), JSON.treeToValue(each.getValue(), Object.class)));
      members.values().removeIf(value -> value == null);
      Object type = members.getOrDefault("type", "about:blank");
      Object detail =
          members.getOrDefault("detail", members.getOrDefault("title", "HTTP " + status));
      return new OperatorProblem(status, type.toString(), detail.toString(), members);
    } catch (JacksonException notAProblemDocument) {
      return new OperatorProblem(status, "about:blank", "the server answered " + status, Map.of());
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
