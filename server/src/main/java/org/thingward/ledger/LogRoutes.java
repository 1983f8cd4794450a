package org.thingward.ledger;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.thingward.platform.OperatorRequest;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Problem;
import org.thingward.platform.Reach;
import org.thingward.trust.Permission;
import org.thingward.verify.log.LogSource;
import org.thingward.verify.log.TilePath;

/**
 * The log's public files (C2SP tlog-tiles) as any mirror serves them, so that a browser checks the
 * log by itself. They hold commitments, never data (rule L1).
 */
public final class LogRoutes {
  private static final Set<String> HEADS =
      Set.of("checkpoint", "verifier-keys", "key-history", "succession");
  private static final int LARGEST = 1 << 20;

  private final LogSource files;

  /** Serves what is in {@code publicFolder}. */
  public LogRoutes(Path publicFolder) {
    this.files = new LogSource.Directory(publicFolder);
  }

  /** The one route there is. */
  public List<OperatorRoute> routes() {
    return List.of(
        new OperatorRoute(
            "GET", "/log/{path...}", Permission.VIEW, Reach.OWN, "log.file", 0, this::file));
  }

  private OperatorResponse file(OperatorRequest request) {
    String path = request.variable("path");
    boolean isTile = TilePath.parse(path).isPresent();
    if (!isTile && !HEADS.contains(path)) {
      throw new Problem(404, "not-found", "The log has no file of this name.");
    }
    try {
      String type = isTile ? "application/octet-stream" : "text/plain; charset=utf-8";
      return OperatorResponse.ok(type, files.read(path, LARGEST));
    } catch (NoSuchFileException e) {
      throw new Problem(404, "not-found", "The log has no file of this name.");
    } catch (IOException e) {
      throw new LedgerUnavailable("a file of the log cannot be read: " + e.getMessage(), e);
    }
  }
}
