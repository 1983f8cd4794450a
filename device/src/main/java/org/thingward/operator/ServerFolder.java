package org.thingward.operator;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.thingward.device.Credential;
import org.thingward.device.ServerAddress;
import org.thingward.device.ServerUnreachable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The data directory of a server on this machine, as far as its operator may look into it: where it
 * listens, the operator's credential, and the public log.
 *
 * @param root the data directory
 */
public record ServerFolder(Path root) {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** The directory that {@code up} uses when none is given (XDG base directories). */
  public static ServerFolder usual() {
    String data = System.getenv("XDG_DATA_HOME");
    Path base =
        data == null || data.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".local", "share")
            : Path.of(data);
    return new ServerFolder(base.resolve("thingward"));
  }

  /** Where devices reach the server. */
  public ServerAddress devices() {
    JsonNode endpoints = endpoints();
    return new ServerAddress("localhost", port(endpoints, "https"), port(endpoints, "mqtt"));
  }

  /** Where operators reach it; API paths begin below. */
  public URI operators() {
    return URI.create("https://localhost:" + port(endpoints(), "operator"));
  }

  /**
   * The server's process.
   *
   * @throws ServerUnreachable if it has ended
   */
  public ProcessHandle process() {
    return ProcessHandle.of(endpoints().path("process").asLong(-1))
        .orElseThrow(() -> new ServerUnreachable("the server on " + root + " has ended"));
  }

  /** Forgets where an earlier server listened, before another is started on the same directory. */
  public void forgetEndpoints() throws IOException {
    Files.deleteIfExists(endpointsFile());
  }

  /** Whether a server has said where it listens. It may still have ended since. */
  public boolean hasEndpoints() {
    return Files.isReadable(endpointsFile());
  }

  /** The operator's certificate and key, and the authority of the operator listener. */
  public Credential operator() {
    Path keys = root.resolve("keys");
    try {
      List<X509Certificate> chain = Pem.certificates(keys.resolve("operator.pem"));
      return new Credential(Pem.key(keys.resolve("operator.key")), chain, operatorListener());
    } catch (IOException e) {
      throw new ServerUnreachable(
          "there is no operator's credential in %s (%s). Start the server first: ./thingward up"
              .formatted(keys, e.getMessage()),
          e);
    }
  }

  /** The certificate of the operator listener: what a client checks it by. */
  public List<X509Certificate> operatorListener() {
    Path file = root.resolve("keys").resolve("operator-server.pem");
    try {
      return Pem.certificates(file);
    } catch (IOException e) {
      throw new ServerUnreachable(
          "the operator listener's certificate cannot be read (%s). Start the server first: ./thingward up"
              .formatted(e.getMessage()),
          e);
    }
  }

  /** The folder of the public log, which any static file server may serve. */
  public Path publicLog() {
    return root.resolve("ledger").resolve("public");
  }

  private JsonNode endpoints() {
    try {
      return JSON.readTree(Files.readAllBytes(endpointsFile()));
    } catch (IOException | JacksonException e) {
      throw new ServerUnreachable(
          "no server runs on %s. Start one: ./thingward up, or name its directory: --data DIR"
              .formatted(root),
          e);
    }
  }

  private Path endpointsFile() {
    return root.resolve("run").resolve("endpoints.json");
  }

  private static int port(JsonNode endpoints, String name) {
    JsonNode port = endpoints.path(name);
    if (!port.isInt() || port.intValue() < 1 || port.intValue() > 65_535) {
      throw new ServerUnreachable("the server's endpoints.json names no port for " + name);
    }
    return port.intValue();
  }
}
