package org.thingward.app;

import java.net.InetSocketAddress;
import org.thingward.platform.Settings;
import org.thingward.platform.TakenPort;

/** Looks before anything starts: a taken port is the commonest reason not to. */
final class FreePorts {
  private FreePorts() {}

  /** Returns if nobody else has a port that is set; says what to do if somebody has. */
  static void require(Settings settings) {
    TakenPort.refuse(
        new InetSocketAddress(settings.listen(), settings.mqttPort()),
        "Give --mqtt-port another one; if a broker of yours has it, move that to another port and"
            + " put the gateway before it: --broker mqtt://localhost:1883");
    TakenPort.refuse(
        new InetSocketAddress(settings.listen(), settings.httpsPort()),
        "Give --https-port another one.");
    TakenPort.refuse(
        new InetSocketAddress(settings.operatorListen(), settings.operatorPort()),
        "Give --operator-port another one.");
  }
}
