package org.thingward.cli;

import java.nio.file.Path;
import org.thingward.operator.ServerFolder;
import picocli.CommandLine.Option;

/** The options of every command that speaks to a server. */
final class Access {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The server's data directory. Default: ${DEFAULT-VALUE}")
  private Path data = ServerFolder.usual().root();

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "",
      description =
          "The operator listener, where the data directory is not at hand, e.g."
              + " https://localhost:9443; with --ca.")
  private String server = "";

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      defaultValue = "",
      description = "The listener's certificate: keys/operator-server.pem of its data directory.")
  private String ca = "";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      defaultValue = "",
      description =
          "A file with an API token. Else the environment's THINGWARD_TOKEN, what 'thingward"
              + " login' stored, or the bootstrap certificate.")
  private String tokenFile = "";

  @Option(names = "--json", description = "Print JSON, as the API gives it.")
  private boolean json;

  Path data() {
    return data;
  }

  String server() {
    return server;
  }

  String ca() {
    return ca;
  }

  String tokenFile() {
    return tokenFile;
  }

  boolean json() {
    return json;
  }
}
