package org.thingward.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Subject;

/**
 * Where everything is permitted the gateway is not to be noticed: a random conversation gives the
 * same packets to every client with it as without it, but for what rule G2 lists. More
 * conversations run with {@code -Dthingward.long=true}, others with {@code
 * -Dthingward.seed=NUMBER}.
 */
class DifferentialTest extends OverMosquitto {
  private static final int SEEDS = Boolean.getBoolean("thingward.long") ? 500 : 12;
  private static final long FIRST = Long.getLong("thingward.seed", 1);

  @Test
  void G2_a_permitted_conversation_is_the_same_through_the_gateway_packet_by_packet()
      throws IOException {
    try (Mosquitto bare = Mosquitto.start(Files.createDirectories(folder.resolve("bare")))) {
      int packets = 0;
      for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
        List<Step> steps = Conversation.of(seed, true);
        List<List<String>> direct = play(steps, client -> RawClient.plain(bare.port()));
        List<List<String>> through = play(steps, through(house));
        for (int i = 0; i < steps.size(); i++) {
          assertThat(through.get(i))
              .as("seed %d, step %d: %s", seed, i, steps.get(i))
              .isEqualTo(direct.get(i));
        }
        packets += direct.stream().mapToInt(List::size).sum();
      }
      assertThat(packets).as("packets compared").isGreaterThan(100 * SEEDS);
    }
  }

  @Test
  void G2_one_lost_delivery_in_a_conversation_is_seen() throws IOException {
    AtomicInteger deliveries = new AtomicInteger();
    UnaryOperator<byte[]> losesTheFifth =
        packet -> isMessage(packet) && deliveries.incrementAndGet() == 5 ? new byte[0] : packet;
    assertThat(differs(losesTheFifth)).isTrue();
  }

  @Test
  void G2_one_changed_bit_in_a_conversation_is_seen() throws IOException {
    AtomicInteger deliveries = new AtomicInteger();
    UnaryOperator<byte[]> retains =
        packet -> {
          if (isMessage(packet) && deliveries.incrementAndGet() == 7) {
            packet[0] ^= 1;
          }
          return packet;
        };
    assertThat(differs(retains)).isTrue();
    assertThat(differs(packet -> packet)).as("an honest relay").isFalse();
  }

  /** Whether the first conversation differs if what the broker says is spoiled like this. */
  private boolean differs(UnaryOperator<byte[]> fromBroker) throws IOException {
    List<Step> steps = Conversation.of(1, true);
    List<List<String>> straight = play(steps, client -> RawClient.plain(broker.port()));
    try (LossyRelay relay = new LossyRelay(broker.port(), fromBroker);
        House spoiled = new House(relay.upstream())) {
      return !play(steps, through(spoiled)).equals(straight);
    }
  }

  /** A fresh message that is no will: the player waits for wills. */
  private static boolean isMessage(byte[] packet) {
    return packet.length > 6 && (packet[0] & 0xF1) == 0x30 && packet[4] == 't';
  }

  private static List<List<String>> play(List<Step> steps, IntFunction<RawClient> way) {
    try (Talk talk = new Talk(way)) {
      return talk.play(steps);
    }
  }

  private static IntFunction<RawClient> through(House house) {
    List<TestPki.Holder> holders =
        IntStream.rangeClosed(0, Conversation.CLIENTS)
            .mapToObj(client -> allowed(house, Talk.name(client)))
            .toList();
    return client -> house.raw(holders.get(client));
  }

  private static TestPki.Holder allowed(House house, String name) {
    Subject subject = Subject.device(name);
    house.trust.trust(subject, List.of("#"), List.of("#"));
    return house.pki.client(subject);
  }
}
