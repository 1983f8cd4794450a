package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ApprovalLinesTest {
  private static final String OPEN =
      """
      {"approval":"0190f5fe","state":"open","requester":"ada","verb":"device.release",
       "method":"POST","path":"/api/v1/devices/pump-07/release","asked":"2026-11-26T08:00:00Z",
       "expires":"2026-11-27T08:00:00Z","because":["releases what was contraindicated"],
       "quorums":["1 of role:releaser"],"raised":1,"lowered":0,"widens":false,"approved-by":[],
       "raised-devices":["device:pump-07"],"lowered-devices":[],"notes":[]}\
      """;

  @Test
  void what_waits_says_what_it_would_do_who_must_agree_and_how() {
    assertThat(ApprovalLines.of(open()))
        .containsExactly(
            "ada asks for POST /api/v1/devices/pump-07/release, at 2026-11-26 08:00:00 UTC",
            "because:    it releases what was contraindicated",
            "effect:     raises 1 devices, lowers 0",
            "raises:     device:pump-07",
            "must agree: 1 of role:releaser",
            "waits until 2026-11-27 08:00:00 UTC. To agree: open the console");
  }

  @Test
  void what_enough_people_agreed_to_says_how_it_is_carried_out_and_what_ended_says_why() {
    ObjectNode approved = open().put("state", "approved");
    var unused =
        approved
            .putArray("approved-by")
            .addObject()
            .put("operator", "bob\u001b[2J")
            .put("at", "2026-11-26T09:00:00Z");
    assertThat(ApprovalLines.of(approved))
        .anyMatch(line -> line.startsWith("agreed:     bob") && line.endsWith("09:00:00 UTC"))
        .noneMatch(line -> line.contains("\u001b"))
        .anyMatch(line -> line.contains("thingward approval execute 0190f5fe"));
    ObjectNode refused =
        open().put("state", "refused").put("ended-by", "bob").put("reason", "not today");
    assertThat(ApprovalLines.of(refused)).last().isEqualTo("refused by bob: not today");
  }

  private static ObjectNode open() {
    return (ObjectNode) JsonMapper.shared().readTree(OPEN);
  }
}
