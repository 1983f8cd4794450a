package org.thingward.gateway;

import java.nio.file.Path;

/** Over mosquitto. */
class RealClientsOverMosquittoTest extends RealClients {
  private Mosquitto broker;

  @Override
  Upstream startBroker(Path own) {
    broker = Mosquitto.start(own);
    return broker.upstream();
  }

  @Override
  void stopBroker() {
    broker.close();
  }
}
