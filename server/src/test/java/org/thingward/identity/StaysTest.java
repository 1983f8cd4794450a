package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.ledger.ListedLedger;
import org.thingward.platform.Database;
import org.thingward.platform.Peer;
import org.thingward.platform.Place;
import org.thingward.platform.TestAuthority;
import org.thingward.platform.TestDatabase;
import org.thingward.trust.ClaimValue;
import org.thingward.trust.Digest;
import org.thingward.trust.Evidence;
import org.thingward.trust.Subject;

/** From where devices speak: what is remembered, and what is a move. */
class StaysTest {
  private static final Subject PUMP = Subject.device("pump-1");
  private static final String HOME = "192.0.2.77";
  private static final String ELSEWHERE = "198.51.100.9";

  private final SetTime time = new SetTime();
  private final FakeTrust trust = new FakeTrust(new ListedLedger());
  private final Instant start = Instant.parse("2026-01-01T00:00:00Z");
  private Database database;
  private Stays stays;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    stays = new Stays(database, trust, time);
  }

  @AfterEach
  void close() throws Exception {
    stays.close();
    database.close();
  }

  private static Place place(String address) {
    try {
      return Place.of(InetAddress.getByName(address));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private void speaks(Duration after, String from) {
    stays.take(new Stays.Sighting(PUMP, place(from), start.plus(after)));
  }

  @Test
  void I3_a_device_that_speaks_from_a_new_network_after_long_at_another_is_told_of() {
    speaks(Duration.ZERO, HOME);
    speaks(Duration.ofDays(40), HOME);
    assertThat(trust.stated).isEmpty();
    speaks(Duration.ofDays(41), ELSEWHERE);
    assertThat(trust.stated).hasSize(1);
    Evidence moved = trust.stated.getFirst();
    assertThat(moved.subject()).isEqualTo(PUMP);
    assertThat(moved.kind()).isEqualTo("presence.moved");
    assertThat(moved.source()).isEqualTo("presence");
    assertThat(moved.claims())
        .containsEntry("presence.stayed", new ClaimValue.Span(Duration.ofDays(40)))
        .containsEntry("presence.from", new ClaimValue.Word("192.0.2.0/24"))
        .containsEntry("presence.to", new ClaimValue.Word("198.51.100.0/24"));
    // Both are its networks from now on.
    speaks(Duration.ofDays(42), HOME);
    speaks(Duration.ofDays(43), ELSEWHERE);
    assertThat(trust.stated).hasSize(1);
  }

  @Test
  void what_was_seen_once_and_comes_out_of_store_elsewhere_did_not_move() {
    speaks(Duration.ZERO, HOME);
    speaks(Duration.ofDays(90), ELSEWHERE);
    assertThat(trust.stated).isEmpty();
  }

  @Test
  void who_is_at_new_networks_all_the_time_is_not_told_of_each_and_few_are_remembered() {
    for (int hour = 0; hour < 30; hour++) {
      speaks(Duration.ofHours(hour), "10.0." + hour + ".1");
      speaks(Duration.ofHours(hour).plusMinutes(50), "10.0." + hour + ".2");
    }
    assertThat(trust.stated).hasSizeLessThan(4);
    assertThat(new StayStore(database).of(PUMP, false)).hasSize(4);
    int told = trust.stated.size();
    speaks(Duration.ofDays(9), "10.0.29.1");
    speaks(Duration.ofDays(10), "10.1.0.1");
    assertThat(trust.stated).hasSize(told + 1);
  }

  @Test
  void addresses_of_the_other_kind_are_no_move_and_no_whole_address_is_kept() {
    speaks(Duration.ZERO, HOME);
    speaks(Duration.ofDays(40), HOME);
    speaks(Duration.ofDays(41), "2001:db8:1:2::77");
    assertThat(trust.stated).isEmpty();
    assertThat(database.jdbc().sql("SELECT place FROM identity.stay").query(String.class).list())
        .containsExactlyInAnyOrder("192.0.2.0/24", "2001:db8:1::/48");
  }

  @Test
  void a_policy_that_does_not_take_it_up_stops_nothing() {
    speaks(Duration.ZERO, HOME);
    speaks(Duration.ofDays(40), HOME);
    trust.down = true;
    speaks(Duration.ofDays(41), ELSEWHERE);
    assertThat(new StayStore(database).of(PUMP, false)).hasSize(2);
  }

  @Test
  void what_is_seen_is_remembered_soon_in_its_order_and_the_longer_it_lasts_the_less_often() {
    TestAuthority authority = new TestAuthority("devices");
    var certificate = authority.certificate();
    Peer peer = new Peer(PUMP, certificate, Digest.of(), certificate.getNotAfter().toInstant());
    stays.seen(peer, place(HOME));
    time.pass(Duration.ofDays(40));
    stays.seen(peer, place(HOME));
    time.pass(Duration.ofHours(1));
    stays.seen(peer, place(HOME));
    stays.seen(peer, place(ELSEWHERE));
    Eventually.within(Duration.ofSeconds(20), () -> !trust.stated.isEmpty());
    assertThat(trust.stated.getFirst().claims().get("presence.stayed"))
        .isIn(
            new ClaimValue.Span(Duration.ofDays(40)),
            new ClaimValue.Span(Duration.ofDays(40).plusSeconds(1)));
  }
}
