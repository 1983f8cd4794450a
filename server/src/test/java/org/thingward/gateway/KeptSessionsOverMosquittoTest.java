package org.thingward.gateway;

import java.nio.file.Path;

/** At a mosquitto. */
class KeptSessionsOverMosquittoTest extends KeptSessions {
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
