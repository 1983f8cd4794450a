package org.thingward.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.thingward.platform.OperatorResponse;
import org.thingward.platform.OperatorRoute;
import org.thingward.platform.Reach;
import org.thingward.trust.Permission;

/** The contract of the operator API, {@code openapi.yaml}. */
public final class Contract {
  private Contract() {}

  /** Serves it, at {@code /api/v1/openapi.yaml}. */
  public static OperatorRoute route() {
    byte[] contract = text();
    return new OperatorRoute(
        "GET",
        "/openapi.yaml",
        Permission.VIEW,
        Reach.OWN,
        "contract.show",
        0,
        request -> OperatorResponse.ok("application/yaml", contract));
  }

  static byte[] text() {
    try (InputStream contract = Contract.class.getResourceAsStream("/openapi.yaml")) {
      if (contract == null) {
        throw new IllegalStateException("openapi.yaml is not on the class path");
      }
      return contract.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
