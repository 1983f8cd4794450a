package org.thingward.device;

import java.net.http.HttpRequest;

/** A gateway says which devices it sees, over HTTPS with its own certificate. */
public final class NeighbourReport implements AutoCloseable {
  private static final String PATH = "/.well-known/thingward/neighbours";

  private final ServerAddress server;
  private final HttpsExchange https;

  public NeighbourReport(ServerAddress server, Credential gateway) {
    this.server = server;
    this.https = new HttpsExchange(ClientTls.of(gateway));
  }

  /**
   * Sends its table of neighbours.
   *
   * @param table in JSON, as {@code ip -j neigh} prints it
   * @throws ServerRefused if the gateway may not say anything now
   */
  public void send(String table) {
    var unused =
        https.send(
            HttpsExchange.to(server.https(PATH))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(table))
                .build());
  }

  @Override
  public void close() {
    https.close();
  }
}
