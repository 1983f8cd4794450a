package org.thingward.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.thingward.identity.EnrolmentTest.refused;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.thingward.trust.Digest;

/** Whoever can write to the database tries to enrol with it. */
class OpenTokensTest {
  @TempDir Path folder;
  @TempDir Path device;
  private Installation here;
  private Keys keys;

  @BeforeEach
  void open() {
    here = new Installation(folder);
    keys = new Keys(device);
  }

  @AfterEach
  void close() throws Exception {
    here.close();
  }

  @Test
  void L4_a_token_enrols_after_a_restart_and_a_used_one_stays_used() {
    String token = here.token("pump-07");
    here.restart();
    byte[] request = keys.ecRequest("a");
    assertThat(here.enrol("pump-07", token, request)).isNotNull();
    here.restart();
    assertThat(here.enrol("pump-07", token, request)).as("asked again").isNotNull();
    refused(403, "token-claimed", () -> here.enrol("pump-07", token, keys.ecRequest("b")));
  }

  @Test
  void L4_a_secret_put_in_the_place_of_another_lets_nobody_in() {
    String token = here.token("pump-07");
    String mine = token.substring(0, 5) + "A".repeat(22) + token.substring(27);
    update(
        "UPDATE identity.token SET digest = ?",
        Digest.of(mine.getBytes(StandardCharsets.US_ASCII)).bytes());
    refused(403, "token-not-on-record", () -> here.enrol("pump-07", mine, keys.ecRequest("a")));
    here.restart();
    refused(403, "token-void", () -> here.enrol("pump-07", mine, keys.ecRequest("a")));
  }

  @Test
  void L4_a_row_for_another_device_or_without_a_receipt_lets_nobody_in() {
    String token = here.token("pump-07");
    update("UPDATE identity.token SET subject = 'device:gate-1'");
    refused(403, "token-not-on-record", () -> here.enrol("gate-1", token, keys.ecRequest("a")));
    here.restart();
    refused(403, "token-void", () -> here.enrol("gate-1", token, keys.ecRequest("a")));
    String other = here.token("pump-08");
    update("UPDATE identity.token SET receipt = NULL, ends = ends + interval '1 year'");
    here.restart();
    refused(403, "token-void", () -> here.enrol("pump-08", other, keys.ecRequest("b")));
  }

  @Test
  void L4_a_withdrawn_token_that_was_made_good_again_lets_nobody_in() {
    String token = here.token("pump-07");
    String id =
        here.operator("GET", "/tokens", Map.of(), "").path("items").get(0).path("id").asString();
    here.operator("DELETE", "/tokens/{id}", Map.of("id", id), "");
    update("UPDATE identity.token SET voided = NULL");
    refused(403, "token-not-on-record", () -> here.enrol("pump-07", token, keys.ecRequest("a")));
    here.restart();
    refused(403, "token-void", () -> here.enrol("pump-07", token, keys.ecRequest("a")));
  }

  @Test
  void L4_a_used_token_that_was_made_good_again_lets_no_other_key_in() {
    String token = here.token("pump-07");
    assertThat(here.enrol("pump-07", token, keys.ecRequest("a"))).isNotNull();
    update("UPDATE identity.token SET key = NULL, certificate = NULL");
    refused(403, "token-claimed", () -> here.enrol("pump-07", token, keys.ecRequest("b")));
    here.restart();
    refused(403, "token-void", () -> here.enrol("pump-07", token, keys.ecRequest("b")));
  }

  private void update(String sql, Object... values) {
    int unused = here.database.jdbc().sql(sql).params(List.of(values)).update();
  }
}
