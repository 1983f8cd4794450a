package org.thingward.device;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One HTTPS client of one identity: sends a request and turns every failure into a typed one. */
final class HttpsExchange implements AutoCloseable {
  private static final Duration TIME_OUT = Duration.ofSeconds(30);

  /**
   * What an answer may have: whoever stands in between is asked too, before any server is known.
   */
  private static final long MOST_BYTES = 1 << 20;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient client;

  HttpsExchange(ClientTls tls) {
    this(tls.forHttps());
  }

  HttpsExchange(SSLContext tls) {
    client = builder(tls).build();
  }

  /** One that speaks from this address of the machine. */
  HttpsExchange(ClientTls tls, InetAddress from) {
    client = builder(tls.forHttps()).localAddress(from).build();
  }

  private static HttpClient.Builder builder(SSLContext tls) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(10))
        .sslContext(tls);
  }

  static HttpRequest.Builder to(URI address) {
    return HttpRequest.newBuilder(address).timeout(TIME_OUT);
  }

  /**
   * Sends and waits.
   *
   * @throws ServerRefused if the status is not 2xx
   * @throws ServerUnreachable if no answer came
   */
  HttpResponse<byte[]> send(HttpRequest request) {
    HttpResponse<byte[]> response = exchange(request);
    if (response.statusCode() / 100 != 2) {
      throw new ServerRefused(response.statusCode(), detail(response.body()));
    }
    return response;
  }

  private HttpResponse<byte[]> exchange(HttpRequest request) {
    try {
      return client.send(
          request,
          HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_BYTES));
    } catch (ConnectException e) {
      throw new ServerUnreachable("nothing answers at " + request.uri().getAuthority(), e);
    } catch (IOException e) {
      throw new ServerUnreachable(request.uri().getAuthority() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerUnreachable("interrupted while waiting for " + request.uri(), e);
    }
  }

  /** The detail of a problem document (RFC 9457), or the text itself, shortened. */
  static String detail(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    try {
      JsonNode problem = JSON.readTree(body);
      text = problem.path("detail").asString(text);
    } catch (JacksonException plainText) {
      // Whatever is not JSON is shown as it is.
    }
    return text.length() <= 500 ? text : text.substring(0, 500) + "…";
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
