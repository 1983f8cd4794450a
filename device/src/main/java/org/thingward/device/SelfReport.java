package org.thingward.device;

import java.net.http.HttpRequest;
import java.util.Map;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Digest;

/** What a device says of itself, over HTTPS with its own certificate. It can only lower it (T1). */
public final class SelfReport implements AutoCloseable {
  private final ServerAddress server;
  private final HttpsExchange https;

  public SelfReport(ServerAddress server, Credential credential) {
    this.server = server;
    this.https = new HttpsExchange(ClientTls.of(credential));
  }

  /**
   * Reports the digest of what was booted.
   *
   * @throws ServerRefused if the server does not take it
   * @throws ServerUnreachable if it does not answer, or refuses the certificate
   */
  public void boot(Digest measured) {
    Map<String, Object> report =
        Map.of(
            "kind",
            "boot",
            "claims",
            Map.of("boot.measurement", Map.of("measurement", measured.toString())));
    send(CanonicalJson.encode(report));
  }

  /**
   * Sends a report exactly as it is written, which need not be a decent one.
   *
   * @throws ServerRefused if the server does not take it
   * @throws ServerUnreachable if it does not answer, or refuses the certificate
   */
  public void send(byte[] report) {
    var unused =
        https.send(
            HttpsExchange.to(server.https("/.well-known/thingward/evidence"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(report))
                .build());
  }

  @Override
  public void close() {
    https.close();
  }
}
