package org.thingward.broker;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import io.netty.bootstrap.ChannelInitializerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutionException;

/**
 * Starts the broker on 127.0.0.1.
 *
 * <p>Arguments: the port, and the folder in which sessions and messages are kept. The environment
 * variable {@code THINGWARD_BROKER_PASSWORD} holds the password that the gateway will present. One
 * line on standard output, {@code ready PORT}, says that it accepts connections. It stops in order
 * on SIGTERM, which the server sends when it stops, and the system when the server dies.
 */
public final class Broker {
  private static final String PASSWORD = "THINGWARD_BROKER_PASSWORD";
  private static final int MIN_PASSWORD = 32;

  private Broker() {}

  /** The main; exit code 2 for wrong arguments, 1 if it cannot start. */
  public static void main(String[] arguments) throws Exception {
    System.setProperty("logback.configurationFile", "broker-logback.xml");
    System.setProperty(ChannelInitializerExtension.EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    if (arguments.length != 2 || !arguments[0].matches("[1-9][0-9]{0,4}")) {
      System.err.println("give the port and the folder: Broker PORT FOLDER");
      System.exit(2);
    }
    String password = System.getenv(PASSWORD);
    if (password == null || password.length() < MIN_PASSWORD) {
      System.err.println(PASSWORD + " must hold the gateway's password, 32 characters or more");
      System.exit(2);
      return;
    }
    int port = Integer.parseInt(arguments[0]);
    EmbeddedHiveMQ broker = broker(port, Path.of(arguments[1]), password);
    try {
      broker.start().get();
    } catch (ExecutionException e) {
      System.err.println("the broker does not start: " + e.getCause());
      System.exit(1);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> broker.stop().join(), "stop"));
    System.out.println("ready " + port);
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
}
