package org.thingward.broker;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutionException;

/**
 * Starts the broker on 127.0.0.1 and ends with its parent.
 *
 * <p>Arguments: the port, and the folder in which sessions and messages are kept. The first line of
 * standard input is the password that the gateway will present; when standard input closes, the
 * broker stops. One line on standard output, {@code ready PORT}, says that it accepts connections.
 */
public final class Broker {
  private static final int MIN_PASSWORD = 32;

  private Broker() {}

  /** The main; exit code 0 after an orderly stop, 2 for wrong arguments, 1 if it cannot start. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("logback.configurationFile", "broker-logback.xml");
    if (arguments.length != 2 || !arguments[0].matches("[1-9][0-9]{0,4}")) {
      System.err.println("give the port and the folder: Broker PORT FOLDER");
      System.exit(2);
    }
    BufferedReader parent =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String password = parent.readLine();
    if (password == null || password.length() < MIN_PASSWORD) {
      System.err.println("the first line of standard input is the gateway's password, 32 or more");
      System.exit(2);
      return;
    }
    int port = Integer.parseInt(arguments[0]);
    try (EmbeddedHiveMQ broker = broker(port, Path.of(arguments[1]), password)) {
      broker.start().get();
      System.out.println("ready " + port);
      awaitEnd(parent);
    } catch (ExecutionException e) {
      System.err.println("the broker does not start: " + e.getCause());
      System.exit(1);
    }
    // HiveMQ leaves threads behind that would keep the process.
    System.exit(0);
  }

  private static EmbeddedHiveMQ broker(int port, Path folder, String password) throws IOException {
    Path configuration = folder(folder.resolve("conf"));
    new Configuration(port).writeTo(configuration);
    EmbeddedExtension admission =
        EmbeddedExtension.builder()
            .withId("gateway-only")
            .withName("Gateway only")
            .withVersion("1")
            .withAuthor("Thingward")
            .withExtensionMain(new GatewayOnly(password))
            .build();
    return EmbeddedHiveMQ.builder()
        .withConfigurationFolder(configuration)
        .withDataFolder(folder(folder.resolve("data")))
        .withExtensionsFolder(folder(folder.resolve("extensions")))
        .withEmbeddedExtension(admission)
        .withoutLoggingBootstrap()
        .build();
  }

  private static Path folder(Path path) throws IOException {
    return Files.createDirectories(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static void awaitEnd(BufferedReader parent) throws IOException {
    while (parent.readLine() != null) {
      // The parent has nothing more to say; only the end of the stream counts.
    }
  }
}
