package org.thingward.gateway;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test with one mosquitto for all and a gateway for each. */
abstract class OverMosquitto {
  @TempDir static Path folder;
  static Mosquitto broker;
  House house;

  @BeforeAll
  static void startBroker() {
    broker = Mosquitto.start(folder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void open() {
    house = new House(broker.upstream());
  }

  @AfterEach
  void close() {
    house.close();
  }
}
