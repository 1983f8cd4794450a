package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.platform.Peer;
import org.thingward.platform.Place;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;

/** Two who hold one key, at two listeners: what tells them from one device that moves. */
class TwoPlacesTest {
  private static final Limits SOON = Limits.defaults().withElsewhereGrace(Duration.ofMillis(5));
  private static final Limits NEVER = Limits.defaults().withElsewhereGrace(Duration.ofDays(1));

  @TempDir static java.nio.file.Path folder;
  private static Mosquitto broker;

  @BeforeAll
  static void startBroker() {
    broker = Mosquitto.start(folder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  /** A request over HTTPS by this key, which was permitted, from there. */
  private static void asks(House house, TestPki.Holder holder, String name, String from) {
    try {
      Peer peer =
          new Peer(
              Subject.device(name),
              holder.certificate(),
              Digest.of(holder.certificate().getEncoded()),
              holder.certificate().getNotAfter().toInstant());
      house.gateway.seen(peer, Place.of(InetAddress.getByName(from)));
    } catch (UnknownHostException | java.security.cert.CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void G8_a_session_that_speaks_on_while_its_key_is_used_from_elsewhere_is_evidence() {
    try (House house = new House(broker.upstream(), SOON)) {
      TestPki.Holder holder = house.device("pump-1");
      try (RawClient owner = house.raw(holder).connect5("pump-1")) {
        asks(house, holder, "pump-1", "198.51.100.9");
        while (house.trust.statedSoFar().isEmpty()) {
          owner.ping();
        }
        Evidence evidence = house.trust.nextEvidence();
        assertThat(evidence.subject()).isEqualTo(Subject.device("pump-1"));
        assertThat(evidence.kind()).isEqualTo("presence.concurrent");
        assertThat(evidence.source()).isEqualTo("gateway");
        assertThat(evidence.claims())
            .containsEntry("presence.places", new ClaimValue.Count(2))
            .containsEntry("presence.session", new ClaimValue.Word("127.0.0.0/24"))
            .containsEntry("presence.request", new ClaimValue.Word("198.51.100.0/24"));
        // It is said once, however often the thief comes.
        asks(house, holder, "pump-1", "198.51.100.9");
        for (int i = 0; i < 20; i++) {
          owner.ping();
        }
        assertThat(house.trust.statedSoFar()).isEmpty();
      }
    }
  }

  @Test
  void G8_what_was_on_its_way_from_a_place_that_was_left_is_no_clone() {
    try (House house = new House(broker.upstream(), NEVER)) {
      TestPki.Holder holder = house.device("pump-2");
      try (RawClient left = house.raw(holder).connect5("pump-2")) {
        asks(house, holder, "pump-2", "198.51.100.9");
        left.ping().ping();
        assertThat(house.trust.statedSoFar()).isEmpty();
      }
    }
  }

  @Test
  void G8_a_device_that_moved_and_left_its_connection_half_open_is_no_clone() {
    try (House house = new House(broker.upstream(), SOON)) {
      TestPki.Holder holder = house.device("pump-3");
      try (RawClient left = house.raw(holder).connect5("pump-3");
          RawClient moved =
              RawClient.open(house.pki.context(holder), house.port, "127.0.1.1")
                  .connect5("pump-3")) {
        asks(house, holder, "pump-3", "127.0.1.7");
        for (int i = 0; i < 200; i++) {
          moved.ping();
        }
        assertThat(house.trust.statedSoFar()).isEmpty();
      }
    }
  }

  @Test
  void G8_two_connections_from_one_network_or_by_two_kinds_of_address_are_one_device() {
    try (House house = new House(broker.upstream(), SOON)) {
      TestPki.Holder holder = house.device("pump-4");
      try (RawClient owner = house.raw(holder).connect5("pump-4")) {
        asks(house, holder, "pump-4", "127.0.0.200");
        asks(house, holder, "pump-4", "2001:db8::1");
        for (int i = 0; i < 200; i++) {
          owner.ping();
        }
        assertThat(house.trust.statedSoFar()).isEmpty();
      }
    }
  }
}
