package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.thingward.trust.Subject;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DeviceViewTest {
  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  private static String shown(int width) {
    DeviceView view =
        new DeviceView(
            Subject.device("meter-12"),
            json("{'product':'meter-2','region':'berlin','release':'3.1.0'}"),
            json(
                "{'index':1209,'tier':96,'since':'2026-11-23T14:02:07Z','at':'2026-11-23T14:02:07Z','until':'9999-12-31T23:59:59Z',"
                    + "'may':{'connect':false,'enrol':true},'policy':'sha256:7d1e000000000000000000000000000000000000000000000000000000000000',"
                    + "'reasons':[{'component':'executables','tier':96,'latched':true,"
                    + "'text':'boot.measurement differs from release meter-2@3.1.0',"
                    + "'evidence':'sha256:9f3c000000000000000000000000000000000000000000000000000000000000'}]}"),
            List.of(),
            List.of(
                json(
                    "{'index':1210,'request':'connect','verdict':'deny',"
                        + "'at':'2026-11-23T14:02:08Z','reasons':['contraindicated']}")),
            json(
                "{'device':'meter-12','gateway':'edge-1','address':'02:00:5e:10:00:01',"
                    + "'seen':{'vouched':true,'at':'2026-11-23T14:01:00Z'}}"),
            "quarantine at 2026-11-23 14:02:07 UTC: lost on site");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    view.print(new Terminal(stream, stream, width, false, false));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void a_device_out_of_trust_is_shown_with_its_reason_its_evidence_and_what_to_do() {
    assertThat(shown(100))
        .contains("meter-12   product meter-2 · berlin · release 3.1.0")
        .contains("CONTRAINDICATED since 2026-11-23 14:02:07 UTC")
        .contains("sessions   none; connect denied 2026-11-23 14:02:08 UTC #1210")
        .contains("connect no · enrol yes")
        .contains("boot.measurement differs from release meter-2@3.1.0")
        .contains("ev 9f3c0000…")
        .contains(
            "behind     edge-1 as 02:00:5e:10:00:01, which vouched for it 2026-11-23 14:01:00 UTC")
        .contains("latched    ends by")
        .contains("ordered    quarantine at 2026-11-23 14:02:07 UTC: lost on site")
        .contains("2026-11-23 14:02:07 UTC #1209")
        .contains("connect deny #1210")
        .contains("thingward device release meter-12 --reason")
        .doesNotContain("\u001b");
  }

  @Test
  void reasons_fit_the_terminal() {
    assertThat(shown(60).lines().filter(line -> line.contains("executables")))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
  }

  @Test
  void no_answer_reaches_the_terminal_as_a_control_sequence() {
    String hostile = "\\u001b[2J\\u0007\\u009b31m\\r";
    JsonNode answer =
        json(
            "{'product':'X','owner':'X','tier':'X','since':'X','policy':'X','may':{'X':true},"
                .concat("'request':'connect','verdict':'deny','reasons':['X',{'text':'X',")
                .concat("'component':'X','evidence':'X','tier':'X'}],'state':'X','mqtt':'X'}")
                .replace("X", hostile));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    DeviceView view =
        new DeviceView(
            Subject.device("meter-12"),
            answer,
            answer,
            List.of(answer),
            List.of(answer),
            answer,
            "");
    view.print(new Terminal(stream, stream, 100, false, false));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("[2J")
        .doesNotContainPattern("[\\p{Cc}&&[^\\n]]");
  }
}
