package org.thingward.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Component;
import org.thingward.trust.Digest;
import org.thingward.trust.Posture;
import org.thingward.trust.PostureChange;
import org.thingward.trust.Reason;
import org.thingward.trust.Subject;
import org.thingward.trust.Tier;
import org.thingward.trust.TrustVector;
import tools.jackson.databind.JsonNode;

/** The fleet as it is searched: records and postures together. */
class FleetTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
  private static final String DEVICES =
      """
      device,product,release,owner,region,lifecycle
      m-1,meter-2,3.0.0,,Berlin,active
      m-2,meter-2,3.1.0,,Berlin,active
      m-3,meter-2,3.1.0,,Lyon,active
      p-1,pump-3,1.9,,Lyon,active
      """;

  private final TestInventory test = TestInventory.withProducts();

  @BeforeEach
  void fill() {
    assertThat(test.importCsv("", DEVICES).status()).isEqualTo(200);
    stands(Subject.device("m-1"), Tier.WARNING, Component.EXECUTABLES);
    stands(Subject.device("m-2"), Tier.AFFIRMING, Component.EXECUTABLES);
    stands(Subject.device("p-1"), Tier.CONTRAINDICATED, Component.HARDWARE);
    stands(Subject.device("stranger"), Tier.NONE, Component.HARDWARE);
    stands(Subject.service("billing"), Tier.AFFIRMING, Component.EXECUTABLES);
  }

  @AfterEach
  void close() {
    test.close();
  }

  private Posture stands(Subject subject, Tier tier, Component component) {
    Posture posture = posture(subject, tier, component);
    test.inventory.posturesChanged(List.of(new PostureChange(Optional.empty(), posture)));
    return posture;
  }

  private static Posture posture(Subject subject, Tier tier, Component component) {
    Reason reason =
        new Reason(component, tier, "policy:1", "because of it", Optional.empty(), false);
    Digest none = Digest.of(new byte[0]);
    return new Posture(
        subject,
        tier,
        new TrustVector(Map.of(component, tier)),
        List.of(reason),
        new TreeSet<>(),
        new TreeSet<>(),
        true,
        List.of(),
        none,
        none,
        NOW,
        NOW.plusSeconds(60));
  }

  private static List<String> ids(JsonNode page) {
    return page.get("items").valueStream().map(device -> device.get("id").asString()).toList();
  }

  @Test
  void registered_devices_and_those_of_which_something_is_stated_are_one_fleet() {
    JsonNode all = test.get("/fleet");
    assertThat(ids(all)).containsExactly("m-1", "m-2", "m-3", "p-1", "stranger");
    assertThat(all.get("found").asInt()).isEqualTo(5);
    assertThat(all.get("items").get(0).toString())
        .isEqualTo(
            "{\"id\":\"m-1\",\"product\":\"meter-2\",\"release\":\"3.0.0\",\"region\":\"Berlin\","
                + "\"lifecycle\":\"active\",\"released\":\"2019-03-01\",\"tier\":32,\"assurance\":\"L3\","
                + "\"vector\":{\"executables\":32},\"reason\":\"because of it\","
                + "\"at\":\"2026-11-23T10:00:00Z\"}");
    assertThat(all.get("items").get(2).get("tier").asInt()).isZero();
    assertThat(all.get("items").get(2).has("vector")).isFalse();
  }

  @Test
  void it_is_searched_by_level_of_assurance_alone_or_compared() {
    assertThat(ids(test.get("/fleet?query=assurance:<3"))).containsExactly("m-3");
    assertThat(ids(test.get("/fleet?query=assurance:<4"))).hasSize(5);
    assertThat(ids(test.get("/fleet?query=assurance:L3"))).hasSize(4).doesNotContain("m-3");
    assertThat(ids(test.get("/fleet?query=-assurance:<=3"))).isEmpty();
    assertThat(ids(test.get("/fleet?query=assurance:>L3"))).isEmpty();
    assertThat(test.ask("GET", "/fleet?query=assurance:high", "").body()).contains("L0 to L5");
    assertThat(test.ask("GET", "/fleet?query=assurance:=4", "").status()).isEqualTo(400);
  }

  @Test
  void a_facet_counts_what_would_be_found_by_each_value_of_its_field_alone() {
    JsonNode found = test.get("/fleet?query=product:meter-2 tier:warning");
    assertThat(ids(found)).containsExactly("m-1");
    assertThat(found.get("of").asInt()).isEqualTo(5);
    JsonNode facets = found.get("facets");
    assertThat(facets.get("tier").toString())
        .isEqualTo("{\"affirming\":1,\"none\":1,\"warning\":1}");
    assertThat(facets.get("product").toString()).isEqualTo("{\"meter-2\":1}");
    assertThat(facets.get("region").toString()).isEqualTo("{\"Berlin\":1}");
    JsonNode wider = test.get("/fleet?query=product:meter-2 tier:warning tier:none");
    assertThat(wider.get("facets").get("tier")).isEqualTo(facets.get("tier"));
    assertThat(wider.get("facets").get("reason").toString())
        .isEqualTo("{\"\":1,\"executables\":1}");
  }

  @Test
  void it_is_listed_by_trust_or_age_and_in_pages() {
    assertThat(ids(test.get("/fleet?order=tier")))
        .containsExactly("p-1", "m-3", "stranger", "m-1", "m-2");
    assertThat(ids(test.get("/fleet?order=firmware")))
        .containsExactly("m-1", "p-1", "m-2", "m-3", "stranger");
    JsonNode page = test.get("/fleet?order=tier&skip=1&limit=2");
    assertThat(ids(page)).containsExactly("m-3", "stranger");
    assertThat(page.get("found").asInt()).isEqualTo(5);
    assertThat(ids(test.get("/fleet?skip=99"))).isEmpty();
    assertThat(test.ask("GET", "/fleet?skip=-1", "").status()).isEqualTo(400);
    assertThat(test.ask("GET", "/fleet?order=colour", "").body()).contains("firmware");
  }

  @Test
  void after_a_restart_records_are_read_and_what_is_newer_stays() {
    Posture newer = stands(Subject.device("m-1"), Tier.CONTRAINDICATED, Component.HARDWARE);
    test.inventory = test.opened();
    test.inventory.posturesChanged(List.of(new PostureChange(Optional.empty(), newer)));
    test.inventory.stood(
        Stream.of(posture(Subject.device("m-1"), Tier.AFFIRMING, Component.HARDWARE)));
    test.inventory.stood(
        Stream.of(posture(Subject.device("m-2"), Tier.WARNING, Component.HARDWARE)));
    assertThat(ids(test.get("/fleet?query=tier:contraindicated"))).containsExactly("m-1");
    assertThat(ids(test.get("/fleet?order=tier"))).containsExactly("m-1", "m-3", "p-1", "m-2");
  }

  @Test
  void what_changes_is_found_as_it_is_now() {
    assertThat(ids(test.get("/fleet?query=region:Rome"))).isEmpty();
    assertThat(test.importCsv("", DEVICES.replace("Lyon", "Rome")).status()).isEqualTo(200);
    assertThat(ids(test.get("/fleet?query=region:Rome"))).containsExactly("m-3", "p-1");
    assertThat(test.importCsv("?dry-run=true", DEVICES).status()).isEqualTo(200);
    assertThat(ids(test.get("/fleet?query=region:Lyon"))).isEmpty();
    stands(Subject.device("m-3"), Tier.WARNING, Component.HARDWARE);
    assertThat(ids(test.get("/fleet?query=region:Rome tier:warning"))).containsExactly("m-3");
    test.ok("PUT", "/releases/pump-3/1.9", "{\"released\": \"2020-01-01\"}");
    assertThat(ids(test.get("/fleet?query=stale:>5y"))).containsExactly("m-1", "p-1");
  }
}
