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

  @Option(names = "--json", description = "Print JSON, as the API gives it.")
  private boolean json;

  Path data() {
    return data;
  }

  boolean json() {
    return json;
  }
}
