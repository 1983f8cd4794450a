package org.thingward.app;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.thingward.platform.DataDirectory;
import org.thingward.platform.Settings;
import org.thingward.platform.SettingsRefused;
import org.thingward.platform.Time;

/**
 * The server's command line. Says on standard output what is ready, with {@code --json} as one
 * line; ends with code 2 for a wrong setting and 1 if something does not start.
 */
public final class ThingwardServer {
  private ThingwardServer() {}

  /** Starts the server and runs it until it is told to end. */
  public static void main(String[] arguments) throws InterruptedException {
    List<String> given = List.of(arguments);
    if (Settings.asksForHelp(given)) {
      System.out.print("usage: ./thingward up [SETTINGS]\n\n" + Settings.help());
      return;
    }
    try {
      run(Settings.read(given));
    } catch (SettingsRefused e) {
      fail(2, e);
    } catch (RuntimeException e) {
      fail(1, e);
    }
  }

  private static void run(Settings settings) throws InterruptedException {
    DataDirectory data = DataDirectory.open(settings.data());
    startLogging(data);
    Progress progress = new Progress(outputOf(settings), Time.ofMachine());
    FirstLinkNotice notice = new FirstLinkNotice(data);
    notice.clear();
    Server server = Server.start(settings, data, progress);
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  notice.clear();
                  server.close();
                  ended.countDown();
                },
                "shutdown"));
    System.out.println(
        settings.json() ? server.endpoints().json() : server.endpoints().sentence(settings));
    server
        .firstLink()
        .map(link -> notice.give(link, FirstLinkNotice.isOnTerminal() && !settings.json()))
        .ifPresent(outputOf(settings)::println);
    ended.await();
  }

  /** Before the first logger is made: it hears here where to write. */
  static void startLogging(DataDirectory data) {
    System.setProperty("thingward.log", data.folder("log").toString());
    System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
  }

  /** Progress is for people; with {@code --json}, standard output has one line alone. */
  private static PrintStream outputOf(Settings settings) {
    return settings.json() ? System.err : System.out;
  }

  private static void fail(int code, RuntimeException e) {
    System.err.println("thingward: " + e.getMessage());
    System.exit(code);
  }
}
