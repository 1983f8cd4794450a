package org.thingward.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What HiveMQ reads at start, written anew each time: the gateway bounds what devices may do. */
record Configuration(int port) {
  /**
   * The largest packet that MQTT can express and the largest window, because the gateway bounds
   * both. A session that nobody resumes lasts seven days: in MQTT 3.1.1 only the broker can say so.
   */
  private static final String XML =
      """
      <hivemq>
        <listeners>
          <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
        </listeners>
        <mqtt>
          <queued-messages><max-queue-size>1000</max-queue-size></queued-messages>
          <session-expiry><max-interval>604800</max-interval></session-expiry>
          <topic-alias><enabled>false</enabled></topic-alias>
          <packets><max-packet-size>268435460</max-packet-size></packets>
          <receive-maximum><server-receive-maximum>65535</server-receive-maximum></receive-maximum>
        </mqtt>
        <restrictions>
          <no-connect-idle-timeout>5000</no-connect-idle-timeout>
        </restrictions>
        <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
        <persistence><mode>file</mode></persistence>
      </hivemq>
      """;

  /** Writes it as {@code config.xml} into {@code folder}. */
  void writeTo(Path folder) throws IOException {
    Files.writeString(folder.resolve("config.xml"), XML.formatted(port));
  }
}
