package org.thingward.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class BootLinesTest {
  private static String shown(String boot) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    new BootLines(
            new Terminal(stream, stream, 120, false, false),
            "gate-1",
            JsonMapper.shared().readTree(boot.replace('\'', '"')))
        .print();
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void what_differs_and_what_was_measured_for_it_stand_out_of_the_rest() {
    assertThat(
            shown(
                "{'received':'2026-11-23T14:02:07Z','reference':'differs','beside':'reference',"
                    + "'secure-boot':'on','log':true,'events-told':3,'pcrs':["
                    + "{'pcr':0,'use':'firmware','value':'aa11'},"
                    + "{'pcr':4,'use':'boot loader','value':'bb22','other':'cc33'}],'events':["
                    + "{'number':0,'type':'EV_SEPARATOR','pcr':0,'words':'end','measured-words':true,'new':false},"
                    + "{'number':1,'type':'EV_EFI_ACTION','pcr':4,'words':'program','measured-words':false,'new':true}]}"))
        .contains("none of those that are right for its release", "secure boot: on")
        .containsPattern("0 +firmware +aa11 +the same")
        .containsPattern("4 +boot loader +bb22 +cc33")
        .containsPattern("1 +4 +new +program, says the device")
        .contains("1 further events are not shown");
  }

  @Test
  void what_is_not_there_is_told_in_words() {
    assertThat(shown("null")).contains("gate-1 has quoted no boot");
    assertThat(shown("{'reference':'matches','beside':'nothing','pcrs':[],'log':false}"))
        .contains("right for its release", "come with its next quote");
    assertThat(
            shown(
                "{'reference':'unknown','beside':'nothing','log':false,'pcrs':[{'pcr':0,'use':'firmware','value':'aa'}]}"))
        .contains("not known", "sent no event log");
  }
}
