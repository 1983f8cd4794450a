package org.thingward.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.trust.CanonicalJson;
import org.thingward.trust.Subject;
import org.thingward.verify.log.EntryType;

/** What the watch finds unusual, and that it says so and does no more. */
class InsiderWatchTest {
  private static final Subject ADA = Subject.operator("ada");
  private static final Subject BOB = Subject.operator("bob");
  private static final String OFFICE = "192.0.2.0/24";
  private static final long MEGABYTE = 1 << 20;

  private final AccessHouse house = new AccessHouse();
  private final InsiderWatch watch = new InsiderWatch(house, house);

  @BeforeEach
  void learnNothing() {
    watch.learn();
  }

  /** Ten days of four changes each, within an hour; it is the eleventh day then, same hour. */
  private void tenDaysOf(String verb) {
    for (int day = 0; day < 10; day++) {
      for (int change = 0; change < 4; change++) {
        watch.acted(ADA, verb);
      }
      house.pass(Duration.ofDays(1));
    }
  }

  private List<String> found() {
    return house.log.stream()
        .filter(entry -> entry.type() == EntryType.FINDING)
        .map(entry -> new String(entry.content(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void a_change_that_an_operator_never_made_in_many_is_found_once_with_what_was_known() {
    tenDaysOf("device.quarantine");
    watch.acted(ADA, "policy.apply");
    watch.acted(ADA, "policy.apply");
    assertThat(found()).hasSize(1);
    assertThat(found().getFirst())
        .contains(
            "\"operator\":\"ada\"",
            "\"kind\":\"rare-verb\"",
            "policy.apply, for the first time in 40 changes on 10 days");
    assertThat(watch.found()).isEqualTo(1);
  }

  @Test
  void what_is_usual_and_what_a_new_operator_does_is_not_found() {
    tenDaysOf("device.quarantine");
    watch.acted(ADA, "device.quarantine");
    watch.acted(BOB, "policy.apply");
    assertThat(found()).isEmpty();
  }

  @Test
  void a_change_hours_away_from_all_others_is_found_and_one_an_hour_away_is_not() {
    tenDaysOf("device.quarantine");
    house.pass(Duration.ofHours(1));
    watch.acted(ADA, "device.quarantine");
    assertThat(found()).isEmpty();
    house.pass(Duration.ofHours(8));
    watch.acted(ADA, "device.quarantine");
    assertThat(found()).singleElement().asString().contains("\"kind\":\"rare-hour\"");
  }

  @Test
  void reading_much_more_within_an_hour_than_ever_is_found_while_it_goes_on() {
    for (int hour = 0; hour < 6; hour++) {
      watch.read(ADA, 2 * MEGABYTE);
      house.pass(Duration.ofHours(1));
    }
    watch.read(ADA, 15 * MEGABYTE);
    assertThat(found()).isEmpty();
    watch.read(ADA, 5 * MEGABYTE);
    watch.read(ADA, 5 * MEGABYTE);
    assertThat(found()).singleElement().asString().contains("\"kind\":\"bulk-read\"");
  }

  @Test
  void what_was_read_in_an_hour_is_in_the_ledger_as_a_sum() {
    watch.read(ADA, 300);
    watch.read(ADA, 200);
    house.pass(Duration.ofHours(1));
    watch.read(ADA, 7);
    watch.close();
    assertThat(house.log)
        .extracting(entry -> new String(entry.content(), StandardCharsets.UTF_8))
        .anySatisfy(entry -> assertThat(entry).contains("\"bytes\":500", "\"requests\":2"))
        .anySatisfy(entry -> assertThat(entry).contains("\"bytes\":7", "\"requests\":1"));
  }

  @Test
  void a_browser_that_an_operator_never_used_is_found_and_its_next_version_is_not() {
    for (int login = 0; login < 5; login++) {
      watch.loggedIn(ADA, "Firefox/14" + login, OFFICE);
    }
    watch.loggedIn(ADA, "Firefox/150", OFFICE);
    assertThat(found()).isEmpty();
    watch.loggedIn(ADA, "curl/8.1", OFFICE);
    assertThat(found()).singleElement().asString().contains("\"kind\":\"new-browser\"");
  }

  @Test
  void a_network_that_an_operator_never_came_from_is_found_and_another_operators_is_none_of_hers() {
    for (int login = 0; login < 5; login++) {
      watch.loggedIn(ADA, "Firefox/140", OFFICE);
      watch.loggedIn(BOB, "Firefox/140", "198.51.100.0/24");
    }
    assertThat(found()).isEmpty();
    watch.loggedIn(ADA, "Firefox/140", "198.51.100.0/24");
    assertThat(found())
        .singleElement()
        .asString()
        .contains(
            "\"kind\":\"new-network\"",
            "a login from 198.51.100.0/24, for the first time in 5 logins");
  }

  @Test
  void logins_of_before_networks_were_noted_teach_none() {
    for (int login = 0; login < 9; login++) {
      watch.loggedIn(ADA, "Firefox/140", "");
    }
    watch.loggedIn(ADA, "Firefox/140", OFFICE);
    assertThat(found()).isEmpty();
  }

  @Test
  void a_login_is_on_record_with_the_browser_that_the_next_start_knows() {
    SoftwareAuthenticator key = new SoftwareAuthenticator();
    String user = house.register(key);
    for (int login = 0; login < Habits.LOGINS; login++) {
      var unused = house.login(key, user);
    }
    InsiderWatch again = new InsiderWatch(house, house);
    again.learn();
    again.loggedIn(ADA, "a browser", "127.0.0.0/24");
    assertThat(found()).isEmpty();
    again.loggedIn(ADA, "another one", "127.0.0.0/24");
    assertThat(found()).singleElement().asString().contains("in 6 logins");
  }

  @Test
  void where_a_login_came_from_is_on_record_no_closer_than_its_network() {
    SoftwareAuthenticator key = new SoftwareAuthenticator();
    String user = house.register(key);
    house.address = "192.0.2.77";
    for (int login = 0; login < Habits.LOGINS; login++) {
      var unused = house.login(key, user);
    }
    assertThat(house.log.getLast().type()).isEqualTo(EntryType.LOGIN);
    assertThat(new String(house.log.getLast().content(), StandardCharsets.UTF_8))
        .contains("\"network\":\"" + OFFICE + "\"")
        .doesNotContain("192.0.2.77");
    InsiderWatch again = new InsiderWatch(house, house);
    again.learn();
    again.loggedIn(ADA, "a browser", OFFICE);
    assertThat(found()).isEmpty();
    again.loggedIn(ADA, "a browser", "2001:db8:7::/48");
    assertThat(found()).singleElement().asString().contains("a login from 2001:db8:7::/48");
  }

  @Test
  void one_who_agrees_to_all_that_another_asks_and_at_once_is_found() {
    for (int request = 0; request < Agreement.ANSWERS; request++) {
      assertThat(found()).isEmpty();
      watch.agreed(ADA, BOB, Duration.ofSeconds(4));
    }
    assertThat(found())
        .singleElement()
        .asString()
        .contains("bob agreed to all 10 requests of ada, 10 times within 30 seconds");
  }

  @Test
  void who_takes_time_or_ever_refused_is_not_found() {
    watch.refused(ADA, BOB);
    for (int request = 0; request < 2 * Agreement.ANSWERS; request++) {
      watch.agreed(ADA, BOB, Duration.ofSeconds(4));
      watch.agreed(BOB, ADA, Duration.ofMinutes(4));
    }
    assertThat(found()).isEmpty();
  }

  @Test
  void a_watch_that_begins_anew_learns_from_the_record_and_remembers_what_it_told() {
    Instant day = house.now().minus(Duration.ofDays(20));
    for (int change = 0; change < 40; change++) {
      action(ADA, "device.quarantine", day.plus(Duration.ofDays(change / 4)).plusSeconds(change));
    }
    InsiderWatch again = new InsiderWatch(house, house);
    again.acted(ADA, "policy.apply");
    assertThat(found()).as("before it has learnt").isEmpty();

    InsiderWatch learnt = new InsiderWatch(house, house);
    learnt.learn();
    learnt.acted(ADA, "device.release");
    assertThat(found()).hasSize(1);

    InsiderWatch afterwards = new InsiderWatch(house, house);
    afterwards.learn();
    afterwards.acted(ADA, "wave.release");
    assertThat(found()).as("within a day").hasSize(1);
  }

  private void action(Subject operator, String verb, Instant at) {
    String request =
        new String(
            CanonicalJson.encode(Map.of("operator", operator.toString(), "verb", verb)),
            StandardCharsets.UTF_8);
    var unused =
        house.append(
            EntryType.OPERATOR_ACTION,
            operator,
            CanonicalJson.encode(
                Map.of("operator-action", 1, "request", request, "at", at.toString())));
  }
}
