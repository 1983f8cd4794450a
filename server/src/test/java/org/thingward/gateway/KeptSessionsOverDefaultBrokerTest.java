package org.thingward.gateway;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** At the broker that comes along. */
class KeptSessionsOverDefaultBrokerTest extends KeptSessions {
  private @Nullable DefaultBroker broker;

  @Override
  Upstream startBroker(Path own) {
    DefaultBroker started = DefaultBroker.start(own);
    broker = started;
    return started.upstream();
  }

  @Override
  void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }
}
